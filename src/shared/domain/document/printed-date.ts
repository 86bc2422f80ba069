/**
 * Địa danh and the date of issue as NĐ 30/2020/NĐ-CP, Phụ lục I prints them: days below 10 and the months January and
 * February with a zero in front.
 *
 * @param date `YYYY-MM-DD`
 */
export function printedPlaceAndDate(place: string, date: string): string {
  const [year = '', month = '', day = ''] = date.split('-');
  const printedMonth = Number(month) <= 2 ? month : String(Number(month));
  return `${place}, ngày ${day} tháng ${printedMonth} năm ${year}`;
}
