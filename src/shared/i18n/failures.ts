import { catalogue, isErrorCode, type ErrorCode } from '../errors/catalogue';

/** What a screen says of a failure: what happened, and what to do now. The reference comes from the catalogue. */
export interface FailureWords {
  readonly what: string;
  readonly next: string;
}

const words = (what: string, next: string): FailureWords => ({ what, next });

const CALL_SUPPORT = 'Hãy gọi bộ phận hỗ trợ và đọc mã ở cuối thông báo này.';
const SAVED_STAYS = 'Những gì báo “Đã lưu trên máy” vẫn còn nguyên.';
const CHECK_OFFICE = 'Mở “Việc cần xử lý”, chép lại nội dung nếu cần, rồi hỏi lãnh đạo Văn phòng.';

export const failureWords: Readonly<Record<ErrorCode, FailureWords>> = {
  'internal.unexpected': words(
    'Phần mềm gặp lỗi ngoài dự kiến.',
    `${SAVED_STAYS} Hãy thử lại; nếu vẫn lỗi, gọi bộ phận hỗ trợ và đọc mã này.`,
  ),
  'ipc.invalid-input': words(
    'Thông tin gửi đi chưa đúng dạng.',
    'Hãy kiểm tra lại các ô vừa nhập rồi thử lại.',
  ),
  'ipc.untrusted-sender': words(
    'Yêu cầu bị từ chối vì lý do an toàn.',
    `Hãy đóng và mở lại phần mềm. ${CALL_SUPPORT}`,
  ),
  'http.invalid-body': words(
    'Máy chủ không đọc được nội dung gửi lên.',
    `${SAVED_STAYS} ${CALL_SUPPORT}`,
  ),
  'http.not-found': words(
    'Máy chủ không có mục được yêu cầu.',
    'Hãy kiểm tra địa chỉ máy chủ rồi thử lại.',
  ),
  'http.too-large': words(
    'Nội dung gửi lên vượt quá dung lượng cho phép.',
    'Hãy chia nhỏ hoặc giảm dung lượng tệp rồi gửi lại.',
  ),
  'http.too-many-requests': words(
    'Máy chủ đang nhận quá nhiều yêu cầu.',
    'Phần mềm sẽ tự gửi lại sau ít phút. Bạn cứ làm việc tiếp.',
  ),
  'http.unsupported-protocol': words(
    'Phiên bản phần mềm này đã cũ so với máy chủ.',
    'Hãy cập nhật phần mềm. Việc đã lưu trên máy vẫn được gửi sau khi cập nhật.',
  ),
  'http.unknown-coding': words(
    'Máy chủ chưa hiểu cách nén nội dung gửi lên.',
    'Phần mềm sẽ tự gửi lại theo cách khác. Bạn cứ làm việc tiếp.',
  ),

  'server.unreachable': words(
    'Chưa kết nối được với máy chủ.',
    'Bạn cứ làm việc tiếp: dữ liệu được lưu trên máy này và tự gửi khi có mạng.',
  ),
  'server.timeout': words(
    'Máy chủ trả lời quá lâu.',
    'Phần mềm sẽ tự thử lại. Bạn cứ làm việc tiếp.',
  ),
  'server.invalid-answer': words(
    'Máy chủ trả lời không đúng dạng.',
    'Phần mềm sẽ tự thử lại. Nếu kéo dài, hãy kiểm tra địa chỉ máy chủ.',
  ),
  'server.wrong-certificate': words(
    'Không xác nhận được đây là máy chủ của tỉnh.',
    'Không nhập mật khẩu. Hãy kiểm tra địa chỉ máy chủ và báo bộ phận hỗ trợ.',
  ),
  'server.clock-breaks-tls': words(
    'Giờ máy sai nên không kết nối được.',
    'Hãy chỉnh lại ngày, giờ của máy tính cho đúng rồi thử lại.',
  ),
  'server.overloaded': words('Máy chủ đang bận.', 'Phần mềm sẽ tự gửi lại. Bạn cứ làm việc tiếp.'),
  'server.went-back': words(
    'Có thể một máy chủ cũ được bật nhầm.',
    'Máy này không gửi và không lấy số ở đó; việc đã lưu vẫn còn nguyên. Hãy báo quản trị máy chủ.',
  ),

  'hub.code-unknown': words(
    'Đây không phải mã kết nối trạm của cơ quan.',
    'Hãy chép cả dòng bắt đầu bằng “tcv-hub:” ở máy làm trạm rồi dán vào đây.',
  ),
  'hub.code-incomplete': words(
    'Mã kết nối trạm bị thiếu phần cuối.',
    'Hãy chép lại cả dòng ở máy làm trạm, đến ký tự cuối cùng.',
  ),
  'hub.code-mistyped': words(
    'Mã kết nối trạm có ký tự sai.',
    'Hãy so lại từng nhóm ký tự với máy làm trạm, hoặc chép và dán cả dòng.',
  ),
  'hub.wrong-certificate': words(
    'Máy trả lời ở địa chỉ này không phải trạm của cơ quan.',
    'Máy này không gửi gì cho nó. Nếu trạm vừa được cài lại, hãy nhập mã kết nối mới của trạm.',
  ),
  'hub.machine-full': words(
    'Trạm của cơ quan đang giữ quá nhiều việc do máy này gửi mà máy chủ chưa xác nhận, nên chưa nhận thêm.',
    `${SAVED_STAYS} Hãy nối máy này hoặc trạm với máy chủ, hoặc chuyển việc gấp bằng gói chuyển tay.`,
  ),
  'hub.stopped': words(
    'Trạm của cơ quan đã bị ngừng quyền kết nối nên không chuyển việc nữa.',
    `${SAVED_STAYS} Hãy liên hệ người quản trị hệ thống của cơ quan.`,
  ),
  'hub.unreachable': words(
    'Chưa kết nối được với trạm của cơ quan.',
    'Hãy kiểm tra máy làm trạm đã bật và cùng mạng nội bộ. Việc đã lưu trên máy vẫn an toàn.',
  ),

  'hub-host.not-enrolled': words(
    'Máy chủ tỉnh chưa nhận máy này làm trạm.',
    'Hãy kiểm tra mạng tới máy chủ rồi bấm lại. Chưa có gì thay đổi trên máy này.',
  ),
  'hub-host.not-started': words(
    'Trạm trên máy này không chạy được.',
    'Hãy khởi động lại máy rồi bấm “Khởi động lại trạm”. Nếu vẫn lỗi, gửi tệp hub.log trong thư mục của trạm cho bộ phận hỗ trợ.',
  ),
  'hub-host.not-running': words(
    'Trạm trên máy này đang dừng.',
    'Hãy bấm “Khởi động lại trạm” rồi làm lại.',
  ),
  'hub-host.work-waits': words(
    'Trạm còn việc chưa tới máy chủ tỉnh, hoặc đang giữ sổ, hoặc không trả lời nên không biết còn việc hay không.',
    'Hãy đợi có mạng, hoặc bấm “Ghi việc của trạm ra USB” để trạm mới nhận. Sổ đang giao cho trạm phải thu hồi. Nếu vẫn muốn dừng, bấm “Vẫn dừng”.',
  ),
  'hub-host.disk': words(
    'Không ghi được việc của trạm ra nơi đã chọn.',
    'Hãy kiểm tra USB còn chỗ và ghi được rồi làm lại. Việc vẫn còn nguyên ở trạm.',
  ),
  'hub-host.file-damaged': words(
    'Tệp này không phải việc của trạm, hoặc bị thiếu phần cuối.',
    'Hãy ghi lại từ trạm cũ rồi nhận lại. Phần đã đọc được đã giữ ở trạm này.',
  ),

  'session.not-signed-in': words('Bạn chưa đăng nhập.', 'Hãy đăng nhập để tiếp tục.'),
  'session.wrong-password': words(
    'Tên đăng nhập hoặc mật khẩu không đúng.',
    'Kiểm tra phím Caps Lock và bộ gõ tiếng Việt rồi nhập lại.',
  ),
  'session.wait-before-retry': words(
    'Đã nhập sai mật khẩu nhiều lần.',
    'Hãy chờ một phút rồi nhập lại.',
  ),
  'session.offline-not-allowed': words(
    'Chưa đăng nhập được khi không có mạng.',
    'Lần đầu trên máy này, hoặc sau 30 ngày, cần có mạng để đăng nhập. Hãy kiểm tra đường truyền.',
  ),
  'session.token-expired': words(
    'Phiên làm việc với máy chủ đã hết hạn.',
    'Phần mềm sẽ tự gia hạn. Bạn cứ làm việc tiếp.',
  ),
  'session.user-disabled': words(
    'Tài khoản này đã ngừng sử dụng.',
    'Hãy liên hệ người quản trị hệ thống của cơ quan.',
  ),
  'session.role-missing': words(
    'Tài khoản này chưa được giao vai trò phù hợp.',
    'Hãy liên hệ người quản trị hệ thống của cơ quan.',
  ),
  'session.passphrase-needed': words(
    'Cần mật khẩu mở máy để đọc dữ liệu trên máy này.',
    'Hãy nhập mật khẩu mở máy.',
  ),
  'session.wrong-passphrase': words(
    'Mật khẩu mở máy không đúng.',
    'Kiểm tra phím Caps Lock và bộ gõ tiếng Việt rồi nhập lại.',
  ),

  'device.not-enrolled': words(
    'Máy này chưa được đăng ký với máy chủ.',
    'Hãy nhập địa chỉ máy chủ và mã kích hoạt do người quản trị cấp.',
  ),
  'device.code-unknown': words(
    'Mã kích hoạt không đúng.',
    'Hãy đối chiếu từng ký tự với mã người quản trị đã cấp rồi nhập lại.',
  ),
  'device.code-used': words(
    'Mã kích hoạt này đã được dùng.',
    'Mỗi mã chỉ dùng cho một máy. Hãy xin người quản trị một mã mới.',
  ),
  'device.code-expired': words('Mã kích hoạt đã hết hạn.', 'Hãy xin người quản trị một mã mới.'),
  'device.forked': words(
    'Dữ liệu của máy này đã bị đưa về bản cũ hoặc sao chép sang máy khác.',
    `${SAVED_STAYS} Hãy mở trang “Tình trạng gửi nhận” và nhập mật khẩu để đăng ký lại máy này.`,
  ),
  'device.disabled': words(
    'Máy này đã bị ngừng quyền kết nối.',
    'Hãy liên hệ người quản trị hệ thống của cơ quan.',
  ),
  'device.wiped': words(
    'Dữ liệu trên máy này đã được xóa theo lệnh của cơ quan, vì máy được báo mất.',
    'Nếu máy đã được tìm lại, hãy gọi bộ phận công nghệ thông tin của tỉnh.',
  ),
  'device.order-not-proven': words(
    'Lệnh xóa dữ liệu không có chữ ký của máy chủ nên không được làm theo.',
    CALL_SUPPORT,
  ),
  'device.bad-proof': words(
    'Máy chủ không nhận ra máy này.',
    `Hãy đóng và mở lại phần mềm. ${CALL_SUPPORT}`,
  ),
  'device.not-allowed': words(
    'Chỉ người quản trị hoặc Chánh Văn phòng được xem và quản lý các máy của cơ quan.',
    'Hãy nhờ một trong hai người đó làm việc này.',
  ),
  'device.is-own': words(
    'Không thể ngừng chính máy bạn đang ngồi.',
    'Hãy đăng nhập ở một máy khác rồi ngừng máy này từ đó.',
  ),
  'device.unknown': words('Cơ quan không có máy này.', 'Hãy tải lại danh sách máy rồi chọn lại.'),

  'journal.disk-full': words(
    'Ổ đĩa đã đầy nên chưa lưu được.',
    'Nội dung vừa nhập vẫn còn trên màn hình. Hãy xóa bớt tệp không cần trên máy rồi bấm lưu lại.',
  ),
  'journal.write-failed': words(
    'Chưa ghi được xuống ổ đĩa.',
    'Nội dung vừa nhập vẫn còn trên màn hình. Hãy bấm lưu lại; nếu vẫn lỗi, gọi bộ phận hỗ trợ.',
  ),
  'journal.damaged': words(
    'Sổ lưu việc trên máy này bị hỏng một phần.',
    `Phần mềm tạm dừng ghi để giữ nguyên dữ liệu. ${CALL_SUPPORT}`,
  ),
  'journal.newer-format': words(
    'Dữ liệu trên máy do một phiên bản mới hơn tạo ra.',
    'Hãy cập nhật phần mềm lên phiên bản mới nhất.',
  ),

  'backup.nothing-pending': words(
    'Máy này không còn việc nào chưa gửi.',
    'Không cần xuất ra USB: máy chủ đã nhận hết.',
  ),
  'backup.disk-full': words(
    'USB hoặc thư mục đã chọn không đủ chỗ.',
    'Hãy chọn USB khác còn trống nhiều hơn rồi xuất lại.',
  ),
  'backup.write-failed': words(
    'Chưa ghi được tệp hoặc đọc lại thấy không đúng.',
    'Hãy thử lại với USB khác. Việc chưa gửi vẫn còn nguyên trên máy này.',
  ),
  'backup.not-ours': words(
    'Tệp đã chọn không phải tệp việc chưa gửi của Trạm Công Vụ.',
    'Hãy chọn đúng tệp có đuôi .tcv đã xuất từ máy kia.',
  ),
  'backup.wrong-passphrase': words(
    'Mật khẩu của tệp không đúng.',
    'Hãy nhập lại mật khẩu đã đặt khi xuất tệp.',
  ),
  'backup.damaged': words(
    'Tệp bị hỏng hoặc bị cắt ngắn.',
    'Hãy xuất lại tệp từ máy kia rồi nhập lại. Phần đã gửi trước chỗ hỏng không bị gửi hai lần.',
  ),
  'backup.earlier-missing': words(
    'Máy chủ còn thiếu những việc làm trước các việc trong tệp này.',
    `Hãy nhập tệp được xuất trước đó, hoặc nối mạng cho máy kia. ${CALL_SUPPORT}`,
  ),

  'bundle.not-ours': words(
    'Tệp này không phải gói chuyển tay.',
    'Hãy chọn tệp có đuôi .tcvgoi mà đồng nghiệp đã lập.',
  ),
  'bundle.newer': words(
    'Gói được lập bằng phiên bản mới hơn của chương trình.',
    'Hãy cập nhật chương trình trên máy này rồi nhận lại gói.',
  ),
  'bundle.other-office': words(
    'Gói này của cơ quan khác.',
    'Hãy chọn gói do người trong cơ quan mình lập. Văn bản gửi giữa hai cơ quan đi theo đường phát hành.',
  ),
  'bundle.no-key': words(
    'Máy này không có khóa để mở gói: bạn không có quyền với văn bản trong gói, hoặc khóa của cơ quan đã đổi.',
    'Hãy kết nối máy chủ một lần rồi nhận lại; nếu vẫn không được, nhờ người lập gói kiểm tra người nhận.',
  ),
  'bundle.damaged': words(
    'Gói bị hỏng, bị cắt ngắn hoặc đã bị sửa. Chưa có gì được nhận.',
    'Hãy sao chép lại tệp từ USB, hoặc nhờ người gửi lập lại gói.',
  ),
  'bundle.unknown-author': words(
    'Chưa xác nhận được người lập gói. Chưa có gì được nhận.',
    'Hãy kết nối máy chủ một lần để cập nhật danh sách người và máy của cơ quan, rồi làm lại.',
  ),
  'bundle.needs-earlier': words(
    'Đây là gói trả lời, chỉ gồm phần mới; máy này chưa có phần trước đó.',
    'Hãy nhận ở máy đã lập gói đầu, hoặc nhờ người gửi lập gói đầy đủ.',
  ),
  'bundle.not-for-you': words(
    'Gói này được lập cho người khác.',
    'Hãy chuyển tệp cho đúng người nhận, hoặc nhờ người gửi lập gói cho cả cơ quan.',
  ),
  'bundle.scope-not-here': words(
    'Máy này chưa tải dữ liệu của cơ quan hoặc của hồ sơ hạn chế mà văn bản thuộc về.',
    'Hãy kết nối máy chủ một lần rồi nhận lại gói.',
  ),
  'bundle.no-own-key': words(
    'Máy này chưa nhận khóa chuyển tay của văn bản.',
    'Hãy kết nối máy chủ một lần rồi làm lại.',
  ),
  'bundle.moving': words(
    'Văn bản đang được chuyển vào hoặc ra khỏi hồ sơ hạn chế và máy chủ chưa trả lời.',
    'Hãy đợi khi có kết nối máy chủ rồi lập gói.',
  ),
  'bundle.cannot-seal': words(
    'Trên máy này còn việc chưa gửi của người khác mà bạn không có khóa để mang theo.',
    'Hãy nhờ người đó đăng nhập trên máy này và lập gói, hoặc đợi khi có kết nối máy chủ.',
  ),
  'bundle.file-missing': words(
    'Có tệp của văn bản chưa nằm trên máy này.',
    'Hãy mở tệp một lần khi có kết nối, rồi lập lại gói.',
  ),
  'bundle.disk-full': words(
    'Nơi lưu gói không còn đủ chỗ.',
    'Hãy xóa bớt tệp trên USB hoặc chọn nơi khác rồi lập lại gói.',
  ),
  'bundle.nothing': words(
    'Máy chủ đã xác nhận hết việc của văn bản này, không có gì để chuyển tay.',
    'Máy của người nhận có văn bản này từ lần kết nối máy chủ gần nhất; nếu chưa có, hãy kết nối máy đó một lần.',
  ),
  'bundle.write-failed': words(
    'Chưa ghi được gói hoặc đọc lại không khớp.',
    'Hãy rút và cắm lại USB, hoặc chọn nơi khác, rồi lập lại gói.',
  ),

  'backup.no-folder': words(
    'Chưa chọn nơi sao lưu.',
    'Hãy cắm USB hoặc ổ đĩa thứ hai rồi bấm “Chọn nơi sao lưu”.',
  ),
  'backup.folder-missing': words(
    'Chưa thấy ổ đĩa sao lưu.',
    'Hãy cắm lại USB hoặc ổ đĩa sao lưu; phần mềm tự sao lưu tiếp.',
  ),
  'backup.read-only': words(
    'Ổ đĩa sao lưu không cho ghi.',
    'Hãy gạt khóa chống ghi của USB hoặc chọn nơi sao lưu khác. Các bản sao lưu trước vẫn còn nguyên.',
  ),
  'backup.no-space': words(
    'Ổ đĩa sao lưu đã đầy.',
    'Hãy xóa bớt tệp khác trên ổ đó hoặc chọn nơi sao lưu khác. Các bản sao lưu trước vẫn còn nguyên.',
  ),
  'backup.not-verified': words(
    'Đọc lại bản sao lưu thấy khác với dữ liệu đã ghi: ổ đĩa sao lưu có thể sắp hỏng.',
    'Hãy chọn nơi sao lưu trên USB hoặc ổ đĩa khác.',
  ),
  'backup.interrupted': words(
    'Chưa sao lưu xong: ổ đĩa sao lưu bị rút ra hoặc không đọc được.',
    'Hãy cắm lại ổ đĩa; phần mềm tự sao lưu lại. Dữ liệu trên máy và các bản sao lưu trước vẫn còn nguyên.',
  ),
  'backup.group-differs': words(
    'Nhóm ký tự vừa gõ không khớp với khóa khôi phục.',
    'Hãy xem lại tờ giấy đã in hoặc đã chép rồi gõ lại.',
  ),
  'backup.bad-place': words(
    'Không sao lưu vào nơi này: nó nằm trong thư mục dữ liệu của phần mềm hoặc là gốc của chính ổ đĩa đang làm việc.',
    'Hãy chọn USB, ổ đĩa thứ hai hoặc một thư mục riêng.',
  ),
  'backup.none-there': words(
    'Không thấy bản sao lưu nào của Trạm Công Vụ trong thư mục này.',
    'Hãy chọn đúng USB hoặc thư mục đã đặt làm nơi sao lưu trên máy cũ.',
  ),
  'backup.wrong-recovery-key': words(
    'Khóa khôi phục này không mở được bản sao lưu nào trong thư mục đã chọn.',
    'Hãy kiểm tra có đúng tờ giấy của máy cũ không, hoặc chọn thư mục khác. Khóa đã thay thì chỉ khóa mới dùng được.',
  ),
  'backup.none-whole': words(
    'Các bản sao lưu trong thư mục này đều bị hỏng.',
    `Hãy thử USB hoặc thư mục sao lưu khác nếu có. ${CALL_SUPPORT}`,
  ),
  'backup.not-empty': words(
    'Máy này đã được đăng ký nên không khôi phục đè lên được.',
    'Chỉ khôi phục vào máy mới, chưa đăng ký. Dữ liệu trên máy này vẫn còn nguyên.',
  ),
  'backup.hub-full': words(
    'Trạm của cơ quan không còn chỗ cho bản sao lưu của máy này.',
    'Hãy báo người quản trị trạm giải phóng đĩa. Bản sao lưu gần nhất ở trạm vẫn dùng được.',
  ),
  'backup.hub-needs-key': words(
    'Chưa sao lưu lên trạm của cơ quan vì khóa khôi phục được in từ trước khi có trạm.',
    'Hãy bấm “Thay khóa khôi phục”, in khóa mới và cất đi; máy sẽ tự sao lưu lên trạm.',
  ),
  'backup.hub-not-verified': words(
    'Trạm của cơ quan trả lại khác với dữ liệu vừa sao lưu.',
    'Hãy báo người quản trị kiểm tra đĩa của máy làm trạm. Việc đã lưu trên máy này vẫn an toàn.',
  ),
  'backup.none-at-hub': words(
    'Khóa khôi phục này không mở được bản sao lưu nào trên trạm của cơ quan.',
    'Hãy kiểm tra có đúng tờ giấy của máy cũ không. Nếu máy cũ chưa từng sao lưu lên trạm, hãy dùng USB sao lưu.',
  ),
  'backup.none-whole-at-hub': words(
    'Các bản sao lưu của máy cũ trên trạm của cơ quan đều bị hỏng.',
    'Hãy dùng USB sao lưu nếu có, và báo người quản trị kiểm tra đĩa của máy làm trạm.',
  ),
  'backup.copy-damaged': words(
    'Bản sao lưu vừa chọn bị hỏng nên không dùng được.',
    'Hãy chọn bản khác trong danh sách. Bản đang mở vẫn dùng được.',
  ),
  'backup.restore-failed': words(
    'Chưa khôi phục xong: máy này hết chỗ hoặc ổ đĩa sao lưu bị rút ra.',
    'Hãy kiểm tra chỗ trống, cắm lại ổ đĩa rồi khôi phục lại từ đầu. Bản sao lưu vẫn còn nguyên.',
  ),

  'projection.store-failed': words(
    'Chưa đọc hoặc ghi được dữ liệu hiển thị trên máy này.',
    `${SAVED_STAYS} Phần mềm sẽ tự thử lại.`,
  ),
  'projection.not-ready': words('Dữ liệu hiển thị đang được chuẩn bị.', 'Hãy chờ trong giây lát.'),

  'operation.bad-signature': words(
    'Máy chủ không xác nhận được người thực hiện việc này.',
    `Hãy đăng nhập lại khi có mạng rồi làm lại việc này. ${CALL_SUPPORT}`,
  ),
  'operation.unknown-actor': words(
    'Máy chủ chưa biết người thực hiện việc này trên máy này.',
    'Hãy đăng nhập lại khi có mạng rồi làm lại việc này.',
  ),
  'operation.wrong-office': words('Việc này không thuộc cơ quan của bạn.', CHECK_OFFICE),
  'operation.unknown-kind': words(
    'Máy chủ không biết loại việc này.',
    'Hãy cập nhật phần mềm. Nếu vẫn lỗi, gọi bộ phận hỗ trợ.',
  ),
  'operation.unknown-type': words(
    'Máy chủ không biết loại hồ sơ, văn bản này.',
    'Hãy cập nhật phần mềm. Nếu vẫn lỗi, gọi bộ phận hỗ trợ.',
  ),
  'operation.invalid-body': words(
    'Nội dung gửi lên thiếu hoặc sai dạng.',
    'Mở “Việc cần xử lý”, chọn “Sửa và gửi lại”.',
  ),
  'operation.target-missing': words('Máy chủ không có văn bản này.', CHECK_OFFICE),
  'operation.target-exists': words(
    'Văn bản này đã có trên máy chủ.',
    'Không cần gửi lại. Bạn có thể bỏ việc này khỏi danh sách.',
  ),
  'operation.field-not-editable': words(
    'Có mục không được phép sửa sau khi đã đăng ký.',
    'Ngày đến, sổ và số đến không sửa được. Nếu vào sổ nhầm, hãy đề nghị hủy số đến.',
  ),

  'operation.held': words(
    'Bạn không còn quyền với văn bản này. Máy chủ giữ phần việc của bạn cho người có quyền xem xét.',
    'Hãy hỏi văn thư hoặc người phụ trách hồ sơ.',
  ),
  'operation.passed-over': words(
    'Máy chủ đã được khôi phục và đã nhận tiếp các việc sau mà không có việc này.',
    'Hãy mở văn bản xem việc này đã có chưa; nếu chưa, hãy làm lại.',
  ),
  'operation.device-stopped': words(
    'Máy đã lập việc này bị khóa hoặc bị ngừng quyền kết nối trước khi máy chủ nhận được việc.',
    'Hãy báo người lập xác nhận lại việc trên máy đó sau khi đăng ký lại, hoặc làm lại trên máy khác.',
  ),
  'operation.not-storable': words(
    'Máy chủ không ghi được việc này vì trái với dữ liệu đang có.',
    `Các việc sau vẫn được gửi tiếp. ${CHECK_OFFICE}`,
  ),
  'held.already-decided': words(
    'Phần việc này đã có người giải quyết.',
    'Hãy mở lại để xem kết quả.',
  ),
  'held.not-mergeable': words(
    'Phần việc này không tiếp nhận tự động được.',
    'Hãy tự làm việc đó trên văn bản, rồi trả lại kèm lý do.',
  ),
  'held.reason-missing': words('Chưa nêu lý do trả lại.', 'Hãy ghi lý do, ít nhất 3 ký tự.'),
  'dossier.unknown': words(
    'Không có hồ sơ này hoặc bạn không có quyền với hồ sơ.',
    'Hãy hỏi người lập hồ sơ.',
  ),
  'dossier.closed': words('Hồ sơ đã đóng.', 'Hãy chọn hồ sơ khác hoặc hỏi người lập hồ sơ.'),
  'dossier.owner-only': words(
    'Chỉ người lập hồ sơ được làm việc này.',
    'Hãy đề nghị người lập hồ sơ.',
  ),
  'dossier.not-allowed': words(
    'Vai trò của bạn không được làm việc này với hồ sơ hạn chế.',
    'Hãy đổi vai trò hoặc đề nghị văn thư.',
  ),

  'incoming.clerk-only': words(
    'Chỉ văn thư của cơ quan được làm việc này.',
    'Hãy chuyển cho văn thư, hoặc đổi người dùng.',
  ),
  'incoming.wrong-state': words(
    'Văn bản không còn ở trạng thái làm được việc này.',
    'Hãy mở lại văn bản để xem trạng thái mới nhất.',
  ),
  'incoming.arrival-in-future': words(
    'Ngày đến không được ở tương lai.',
    'Hãy sửa lại ngày đến. Nếu ngày trên máy sai, hãy chỉnh giờ máy.',
  ),
  'incoming.document-date-needs-note': words(
    'Ngày văn bản sau ngày đến.',
    'Hãy ghi đúng như trên văn bản và nêu ở ô Ghi chú.',
  ),
  'incoming.due-before-arrival': words(
    'Thời hạn giải quyết không được trước ngày đến.',
    'Hãy sửa lại thời hạn giải quyết.',
  ),
  'conflict.already-closed': words(
    'Hai bản này đã có người đối chiếu xong.',
    'Hãy mở văn bản để xem kết quả; nếu chưa đúng, bấm “Sửa” để sửa lại.',
  ),
  'conflict.value-changed': words(
    'Văn bản đã được sửa thêm sau khi bạn xem hai bản này.',
    'Hãy mở “Cần đối chiếu”, xem giá trị đang dùng rồi chọn lại.',
  ),
  'secrecy.mark-found': words(
    'Phát hiện dấu hiệu văn bản có độ mật. Tệp chưa được lưu.',
    'Hệ thống này kết nối mạng nên không được phép nhập, lưu hoặc gửi văn bản bí mật nhà nước. Hãy xử lý trên máy tính độc lập và vào sổ văn bản mật theo quy định.',
  ),

  'files.missing': words(
    'Tệp chưa có trên máy này.',
    'Máy sẽ tự tải khi có mạng. Hãy mở lại sau ít phút.',
  ),
  'files.damaged': words(
    'Tệp nhận được không khớp với tệp gốc.',
    'Máy sẽ tự tải lại. Nếu vẫn gặp lỗi, hãy báo bộ phận hỗ trợ.',
  ),
  'files.disk-full': words(
    'Ổ đĩa đã đầy nên chưa lưu được tệp.',
    'Hãy xóa bớt tệp không dùng đến trên máy rồi thêm tệp lại.',
  ),
  'files.write-failed': words(
    'Máy chưa lưu được tệp.',
    'Hãy thử lại. Nếu vẫn gặp lỗi, hãy kiểm tra phần mềm diệt vi-rút hoặc báo bộ phận hỗ trợ.',
  ),
  'files.too-large': words(
    'Tệp lớn hơn 200 MB.',
    'Hãy quét lại với độ phân giải thấp hơn hoặc chia thành nhiều tệp.',
  ),
  'files.empty': words('Tệp không có nội dung.', 'Hãy kiểm tra lại tệp rồi chọn lại.'),
  'files.import-unknown': words('Việc thêm tệp đã bị ngắt giữa chừng.', 'Hãy chọn tệp lại từ đầu.'),
  'files.conversion-missing': words(
    'Máy này không có phần mềm để chuyển tệp soạn thảo thành PDF.',
    'Hãy mở tệp bằng phần mềm soạn thảo, chọn Lưu thành PDF, rồi chọn tệp PDF đó.',
  ),
  'files.conversion-failed': words(
    'Chưa chuyển được tệp soạn thảo thành PDF.',
    'Hãy mở tệp bằng phần mềm soạn thảo, chọn Lưu thành PDF, rồi chọn tệp PDF đó.',
  ),
  'files.not-allowed': words(
    'Bạn không có quyền xem tệp này.',
    'Nếu công việc cần đến, hãy liên hệ Văn phòng để được phân quyền.',
  ),
  'signing.not-registered': words(
    'Chứng thư chữ ký số này chưa được đăng ký cho người ký hoặc cơ quan.',
    'Hãy cắm đúng thiết bị ký số của mình; nếu vừa đổi thiết bị, báo quản trị đăng ký chứng thư mới.',
  ),
  'signing.not-checked-yet': words(
    'Chưa kiểm tra được trạng thái thu hồi của chứng thư chữ ký số, nên chưa gửi liên thông được.',
    'Hãy thử lại khi có mạng. Nếu gấp, in bản giấy để gửi theo quyết định của lãnh đạo.',
  ),
  'signing.not-valid': words(
    'Chữ ký số trên văn bản không hợp lệ, nên không gửi được.',
    'Hãy mở tệp và xem “Kiểm tra chữ ký” để biết lý do, rồi báo lãnh đạo Văn phòng.',
  ),
  'signing.own-request': words(
    'Không ai tự xác nhận chứng thư chữ ký số của mình.',
    'Hãy nhờ Chánh Văn phòng hoặc Chủ tịch xác nhận.',
  ),
  'signing.request-decided': words(
    'Đề nghị này đã có người xác nhận hoặc từ chối.',
    'Xem kết quả ở trang “Thiết bị ký số”.',
  ),
  'signing.province-confirms': words(
    'Chứng thư chữ ký số của cơ quan do quản trị của tỉnh xác nhận.',
    'Hãy báo bộ phận quản trị của tỉnh rằng đề nghị đang chờ.',
  ),
  'signing.already-asked': words(
    'Chứng thư chữ ký số này đã được đăng ký, hoặc đang chờ xác nhận.',
    'Không cần đề nghị lại; xem tình trạng ở trang “Thiết bị ký số”.',
  ),
  'signing.not-proven': words(
    'Đề nghị không kèm được bằng chứng rằng thiết bị ký số đang ở trong tay người đề nghị.',
    'Hãy cắm thiết bị và làm lại đề nghị ở trang “Thiết bị ký số”.',
  ),
  'signing.places-not-set': words(
    'Tệp PDF chưa có chỗ ghi số, ngày, chữ ký và con dấu, lời văn cũng không cho biết chỗ.',
    'Hãy trả lại người soạn thảo để chọn lại tệp PDF để ký và đặt các khung trên trang.',
  ),
  'trust.unreadable': words(
    'Tệp này không phải gói tin cậy, hoặc đã hỏng khi sao chép. Gói đang dùng giữ nguyên.',
    'Hãy sao chép lại tệp .tcvtrust từ nơi cấp rồi cài lại.',
  ),
  'trust.not-signed': words(
    'Gói tin cậy này không do nơi có thẩm quyền ký, hoặc đã bị sửa. Gói đang dùng giữ nguyên.',
    'Đừng dùng tệp này. Hãy nhận gói từ người quản trị của tỉnh.',
  ),
  'trust.older': words(
    'Gói tin cậy này không mới hơn gói đang dùng. Gói đang dùng giữ nguyên.',
    'Hãy chọn gói có số phiên bản lớn hơn; cần dùng lại gói trước thì bấm “Quay lại gói trước”.',
  ),
  'trust.no-previous': words(
    'Máy này không giữ gói tin cậy nào trước gói đang dùng.',
    'Hãy nhận gói cần dùng từ người quản trị của tỉnh.',
  ),
  'signing.check-failed': words(
    'Chữ ký vừa tạo không qua được bước kiểm tra lại. Văn bản giữ nguyên như trước khi ký.',
    'Hãy ký lại. Nếu vẫn lỗi, gọi bộ phận hỗ trợ và đọc mã ở cuối thông báo này.',
  ),
  'signing.seal-missing': words(
    'Văn bản chính chưa có chữ ký số cơ quan hợp lệ nên không ký được phụ lục.',
    'Hãy đóng dấu văn bản chính trước, rồi ký số phụ lục.',
  ),
  'signing.copy-signed': words(
    'Tệp này đã mang chữ ký số của cơ quan cho bản sao hoặc phụ lục.',
    'Hãy dùng tệp chưa ký: bản quét từ bản giấy, phần trích, hoặc tệp phụ lục gốc.',
  ),
  'signing.leader-signature-missing': words(
    'Chỉ được ký số cơ quan trên văn bản đã có chữ ký số hợp lệ của người có thẩm quyền.',
    'Hãy mở “Kiểm tra chữ ký” để xem lý do, rồi trả văn bản lại để ký nếu cần.',
  ),
  'signing.clock-wrong': words(
    'Đồng hồ máy tính lệch quá 5 phút so với máy chủ.',
    'Hãy chỉnh giờ của máy tính rồi ký lại.',
  ),
  'signing.certificate-expired': words(
    'Chứng thư chữ ký số chưa hoặc không còn hiệu lực vào lúc này. Không thể ký số.',
    'Hãy kiểm tra ngày giờ của máy; nếu đúng, đề nghị gia hạn chứng thư.',
  ),
  'signing.document-unknown': words(
    'Máy này chưa nhận được văn bản cần ký.',
    'Hãy đợi đồng bộ xong rồi mở lại văn bản.',
  ),
  'signing.not-read': words(
    'Có văn bản được chọn nhưng chưa xem đến trang cuối.',
    'Hãy mở xem từng văn bản đến trang cuối (phím End), hoặc đánh dấu đồng ý ký văn bản chưa xem.',
  ),
  'signing.gate-stopped': words(
    'Trong tệp có thứ không được phép có trong văn bản đem ký.',
    'Hãy mở văn bản trong cửa sổ ký để xem đó là gì, rồi trả lại người soạn thảo để xuất lại tệp PDF.',
  ),
  'signing.findings-not-accepted': words(
    'Có văn bản mà phần mềm thấy điểm cần xem lại.',
    'Hãy mở từng văn bản có dấu “Cần xem lại”, đọc các điểm được nêu và đánh dấu nếu vẫn ký.',
  ),
  'signing.skipped': words('Văn bản này đã được bỏ qua.', 'Khi cần, hãy chọn lại văn bản và ký.'),
  'signing.log-not-written': words(
    'Chưa ghi được nhật ký ký số nên chưa ký.',
    'Hãy kiểm tra ổ đĩa còn chỗ trống rồi ký lại.',
  ),
  'signing.log-incomplete': words(
    'Văn bản đã ký và đã lưu, nhưng nhật ký ký số chưa ghi được kết quả.',
    'Không ký lại văn bản này. Hãy kiểm tra ổ đĩa và báo người quản trị.',
  ),
  'signing.certificate-revoked': words(
    'Chứng thư chữ ký số đã bị thu hồi. Không thể ký số.',
    'Hãy liên hệ đơn vị quản lý chứng thư chữ ký số để được cấp chứng thư mới.',
  ),
  'signing.time-not-confirmed': words(
    'Chưa xác nhận ngày giờ của máy.',
    'Hãy xem ngày giờ hiện trên cửa sổ ký, đánh dấu xác nhận rồi ký.',
  ),
  'signing.busy': words(
    'Cửa sổ ký đang ký dở một loạt văn bản.',
    'Hãy đợi ký xong, hoặc bấm “Dừng” trong cửa sổ ký.',
  ),
  'outgoing.wrong-state': words(
    'Văn bản đã chuyển sang bước khác nên không thực hiện được việc này.',
    'Hãy mở lại văn bản để xem bước hiện tại.',
  ),
  'outgoing.not-allowed': words(
    'Vai trò của bạn không được thực hiện việc này với văn bản đi.',
    'Hãy chuyển văn bản cho người có thẩm quyền.',
  ),
  'outgoing.signer-only': words(
    'Chỉ người được ghi là người ký mới ký được văn bản này.',
    'Hãy đăng nhập đúng tài khoản của người ký, hoặc đề nghị sửa người ký.',
  ),
  'outgoing.signed-already': words(
    'Văn bản này đã có một chữ ký được máy chủ nhận trước; bản ký sau không thay bản đó.',
    'Bản bạn đã ký vẫn được giữ trên máy. Nếu cần chữ ký của bạn, hãy đề nghị trả lại văn bản và trình ký lại.',
  ),
  'outgoing.no-draft-file': words(
    'Văn bản chưa có tệp dự thảo.',
    'Hãy thêm tệp dự thảo rồi trình lại.',
  ),
  'outgoing.no-recipient': words('Chưa chọn nơi nhận.', 'Hãy chọn ít nhất một nơi nhận.'),
  'outgoing.file-changed': words(
    'Tệp PDF đã thay đổi sau khi được duyệt.',
    'Vui lòng trình duyệt lại.',
  ),
  'outgoing.not-signed': words(
    'Văn bản chưa được người có thẩm quyền ký nên không thể cấp số.',
    'Hãy chờ người có thẩm quyền ký xong.',
  ),
  'delivery.already-answered': words(
    'Văn bản liên thông này đã được vào sổ hoặc đã bị từ chối.',
    'Hãy mở danh sách văn bản đến để xem văn bản đã đăng ký. Bạn có thể bỏ việc này khỏi danh sách.',
  ),
  'delivery.other-organ': words(
    'Văn bản liên thông này gửi cho cơ quan khác.',
    'Chỉ văn thư của cơ quan nhận mới vào sổ hoặc từ chối được.',
  ),
  'delivery.reason-missing': words(
    'Lý do từ chối tiếp nhận là bắt buộc (từ 3 đến 1.000 ký tự).',
    'Hãy ghi rõ lý do để cơ quan gửi biết.',
  ),
  'outgoing.drafter-only': words(
    'Chỉ người soạn thảo mới sửa được dự thảo này.',
    'Hãy trả lại văn bản cho người soạn thảo kèm ý kiến.',
  ),
  'outgoing.reason-missing': words(
    'Chưa ghi lý do trả lại.',
    'Hãy ghi lý do để người soạn thảo biết cần sửa gì.',
  ),
  'outgoing.reply-before-issue': words(
    'Hạn trả lời sớm hơn ngày hôm nay.',
    'Hãy chọn hạn trả lời từ ngày hôm nay trở đi.',
  ),
  'outgoing.appendix-unsigned': words(
    'Còn phụ lục chưa được ký số cơ quan.',
    'Hãy bấm “Ký số phụ lục…” rồi phát hành, hoặc bỏ phụ lục gắn nhầm.',
  ),
  'outgoing.appendix-unknown': words(
    'Phụ lục này không còn ở văn bản, hoặc đã được ký số.',
    'Hãy mở lại văn bản để xem các phụ lục hiện có.',
  ),
  'outgoing.appendix-known': words('Tệp này đã có ở văn bản.', 'Hãy chọn tệp phụ lục khác.'),
  'copy.source-not-issued': words(
    'Chỉ sao được văn bản đến đã vào sổ và văn bản đi đã phát hành của chính cơ quan.',
    'Hãy vào sổ hoặc phát hành văn bản trước, rồi làm bản sao.',
  ),
  'copy.way-unknown': words(
    'Nghị định 30/2020/NĐ-CP không có hình thức sao này: văn bản điện tử gửi đi nguyên vẹn vẫn là bản gốc, không cần sao y hay sao lục sang điện tử.',
    'Hãy gửi chính tệp điện tử, hoặc chọn bản giấy hay trích sao.',
  ),
  'copy.source-kind': words(
    'Sao y và trích sao làm từ bản gốc hoặc bản chính; sao lục làm từ bản sao y.',
    'Hãy chọn hình thức sao khác.',
  ),
  'copy.source-carrier': words(
    'Cơ quan không có văn bản này ở dạng đã chọn.',
    'Hãy chọn lại dạng của văn bản đem sao: bản giấy hay bản điện tử.',
  ),
  'copy.signer-missing': words(
    'Bản sao giấy phải có người ký sao; bản sao điện tử ký số bằng chứng thư của cơ quan.',
    'Hãy chọn người ký bản sao giấy.',
  ),
  'copy.pages-missing': words(
    'Chưa có tệp PDF đúng để làm bản sao.',
    'Hãy chọn tệp bản số hóa hoặc phần trích. Sao y, sao lục ra giấy dùng chính tệp của văn bản.',
  ),
  'copy.clerk-only': words(
    'Chỉ văn thư của cơ quan làm được bản sao, lấy số và ký số bản sao.',
    'Hãy đề nghị văn thư cơ quan thực hiện.',
  ),
  'copy.wrong-state': words(
    'Bản sao chưa có số, đã được ký số, hoặc là bản giấy nên không ký số được.',
    'Hãy mở lại văn bản để xem bước hiện tại của bản sao.',
  ),
  'pdf.not-pdf': words(
    'Tệp này không phải là tệp PDF.',
    'Hãy lưu văn bản thành tệp PDF rồi chọn lại.',
  ),
  'pdf.broken': words(
    'Tệp PDF bị hỏng nên không đọc được.',
    'Hãy xuất lại tệp PDF từ phần mềm soạn thảo rồi chọn lại.',
  ),
  'pdf.too-slow': words(
    'Máy chưa đọc kịp tệp PDF này. Tệp không bị hỏng và chưa được thêm.',
    'Hãy chờ các việc khác trên máy xong rồi chọn lại tệp.',
  ),
  'pdf.encrypted': words(
    'Tệp PDF đang được đặt mật khẩu.',
    'Hãy bỏ mật khẩu của tệp rồi chọn lại.',
  ),
  'pdf.limit': words(
    'Tệp PDF vượt giới hạn kiểm tra an toàn.',
    'Không mở tệp này bằng phần mềm khác. Hãy hỏi nơi gửi và báo bộ phận hỗ trợ.',
  ),
  'pdf.page-missing': words('Không có trang cần đặt chữ ký.', 'Hãy chọn lại trang.'),
  'pdf.font-unusable': words(
    'Phông chữ kèm theo phần mềm bị hỏng.',
    'Hãy cài đặt lại phần mềm. Nếu vẫn lỗi, gọi bộ phận hỗ trợ.',
  ),
  'pdf.picture-unusable': words(
    'Không đọc được hình chữ ký hoặc hình dấu.',
    'Hãy dùng ảnh PNG nền trong suốt, lưu không xen dòng (non-interlaced).',
  ),
  'token.no-driver': words(
    'Máy này chưa có trình điều khiển của thiết bị ký số.',
    'Hãy cài trình điều khiển do đơn vị cấp chứng thư chữ ký số cung cấp, bản 64-bit, rồi mở lại phần mềm.',
  ),
  'token.driver-unusable': words(
    'Không dùng được trình điều khiển của thiết bị ký số, thường vì đó là trình điều khiển 32-bit.',
    'Hãy cài bản 64-bit do đơn vị cấp chứng thư chữ ký số cung cấp, rồi mở lại phần mềm.',
  ),
  'token.driver-crashed': words(
    'Trình điều khiển của thiết bị ký số vừa dừng đột ngột. Văn bản chưa được ký.',
    'Hãy rút, cắm lại thiết bị rồi thử lại. Nếu vẫn lỗi, gọi bộ phận hỗ trợ và đọc mã này.',
  ),
  'token.driver-late': words(
    'Trình điều khiển của thiết bị ký số chưa trả lời.',
    'Hãy chờ vài giây, danh sách tự cập nhật. Nếu chờ lâu vẫn không thấy, hãy rút và cắm lại thiết bị.',
  ),
  'token.driver-silent': words(
    'Thiết bị ký số không trả lời. Văn bản chưa được ký.',
    'Hãy rút, cắm lại thiết bị rồi thử lại. Nếu vẫn lỗi, gọi bộ phận hỗ trợ và đọc mã này.',
  ),
  'token.not-present': words('Không tìm thấy thiết bị ký số.', 'Hãy cắm thiết bị và thử lại.'),
  'token.removed': words(
    'Thiết bị ký số đã bị rút ra khi đang dùng.',
    'Hãy cắm lại đúng thiết bị đó, nhập mã PIN và ký tiếp.',
  ),
  'token.certificate-changed': words(
    'Chứng thư chữ ký số trên thiết bị không còn là chứng thư bạn đã chọn. Mã PIN chưa được dùng.',
    'Hãy kiểm tra thiết bị đang cắm rồi chọn lại chứng thư.',
  ),
  'token.key-missing': words(
    'Thiết bị không có khóa dùng để ký của chứng thư này.',
    'Hãy chọn chứng thư khác, hoặc hỏi đơn vị quản lý chứng thư chữ ký số.',
  ),
  'token.mechanism-missing': words(
    'Thiết bị hoặc khóa này không ký được theo thuật toán quy định.',
    'Hãy dùng thiết bị khác, hoặc hỏi đơn vị quản lý chứng thư chữ ký số.',
  ),
  'token.busy': words(
    'Thiết bị ký số đang được dùng cho một lần ký khác.',
    'Hãy chờ lần ký đó xong, hoặc đóng cửa sổ ký số đang mở, rồi thử lại.',
  ),
  'picture.unreadable': words(
    'Không mở được ảnh này.',
    'Hãy chọn ảnh chụp hoặc ảnh quét, tệp JPEG hoặc PNG, không quá 20 MB.',
  ),
  'picture.too-dark': words(
    'Ảnh quá tối.',
    'Hãy chụp lại ở nơi sáng, không che đèn, giấy trắng hiện rõ trong ảnh.',
  ),
  'picture.no-ink': words(
    'Không thấy nét mực nào trong ảnh.',
    'Hãy kéo thanh “Độ đậm” sang trái, hoặc chụp lại gần hơn và rõ nét.',
  ),
  'picture.ink-colour': words(
    'Phần lớn nét trong ảnh không đúng màu mực.',
    'Chữ ký phải là mực xanh, dấu phải là mực đỏ. Hãy chụp riêng chữ ký hoặc dấu trên giấy trắng, không có chữ in bên cạnh.',
  ),
  'picture.cut-off': words(
    'Nét mực chạm mép ảnh, có thể bị cắt mất.',
    'Hãy chụp lại: cả chữ ký hoặc dấu nằm trọn trong ảnh, bốn phía đều là giấy trắng.',
  ),
  'picture.too-coarse': words(
    'Ảnh quá nhỏ, in ra sẽ bị vỡ.',
    'Hãy chụp gần hơn để chữ ký hoặc dấu chiếm nửa ảnh, và kiểm tra lại bề rộng thật tính bằng mm.',
  ),
  'picture.not-round': words(
    'Dấu trong ảnh không tròn.',
    'Hãy đặt máy ảnh song song với tờ giấy rồi chụp lại.',
  ),
  'picture.not-sound': words(
    'Ảnh gửi kèm không đúng dạng.',
    'Hãy tạo lại ảnh từ ảnh chụp ở trang “Thiết bị ký số” rồi gửi lại đề nghị.',
  ),
  'softwareKey.not-allowed': words(
    'Cơ quan chưa được phép dùng khóa phần mềm (tệp .p12) cho việc này.',
    'Hãy ký bằng thiết bị ký số. Chỉ quản trị hệ thống của tỉnh cho phép được khóa phần mềm; cơ quan gửi đề nghị đến đó.',
  ),
  'softwareKey.file-unusable': words(
    'Không đọc được tệp khóa: tệp bị hỏng, quá lớn hoặc không phải tệp .p12 (.pfx).',
    'Hãy chép lại tệp từ nơi cấp rồi nhập lại; nếu vẫn lỗi, đề nghị nơi cấp xuất lại tệp.',
  ),
  'softwareKey.password-wrong': words(
    'Mật khẩu của tệp khóa không đúng.',
    'Hãy tắt bộ gõ tiếng Việt nếu mật khẩu không có dấu, kiểm tra phím Caps Lock rồi nhập lại.',
  ),
  'softwareKey.key-missing': words(
    'Tệp không có khóa bí mật cùng chứng thư của chính khóa đó.',
    'Đề nghị nơi cấp xuất lại tệp .p12 gồm cả khóa bí mật và chứng thư của người ký.',
  ),
  'softwareKey.several-keys': words(
    'Tệp có nhiều khóa bí mật nên không biết phải dùng khóa nào.',
    'Đề nghị nơi cấp xuất mỗi khóa ra một tệp .p12 riêng.',
  ),
  'softwareKey.key-weak': words(
    'Khóa trong tệp không đủ mạnh hoặc thuộc loại không dùng để ký được.',
    'Đề nghị nơi cấp khóa RSA từ 2048 bit hoặc khóa P-256 trở lên.',
  ),
  'softwareKey.paused': words(
    'Khóa phần mềm đang tạm ngừng vì mã PIN đã nhập sai nhiều lần. Lần này chưa tính là nhập sai.',
    'Hãy chờ rồi thử lại: mỗi lần sai thêm, thời gian chờ dài gấp đôi. Nếu quên mã PIN, nhập lại tệp .p12.',
  ),
  'token.pin-unusable': words(
    'Mã PIN vừa nhập không thể đúng: thiếu hoặc thừa ký tự, hoặc có chữ tiếng Việt. Thiết bị chưa tính là một lần nhập sai.',
    'Hãy tắt bộ gõ tiếng Việt, kiểm tra phím Caps Lock rồi nhập lại.',
  ),
  'token.pin-wrong': words(
    'Mã PIN không đúng. Nhập sai nhiều lần liên tiếp thiết bị sẽ bị khóa.',
    'Hãy tắt bộ gõ tiếng Việt, kiểm tra phím Caps Lock rồi nhập lại.',
  ),
  'token.pin-locked': words(
    'Thiết bị ký số đã bị khóa do nhập sai mã PIN quá số lần cho phép.',
    'Cơ quan gửi đề nghị mở khóa đến đơn vị quản lý chứng thư chữ ký số.',
  ),
  'token.pin-to-be-changed': words(
    'Mã PIN của thiết bị chưa được đặt hoặc phải đổi trước khi dùng.',
    'Hãy đổi mã PIN bằng phần mềm kèm theo thiết bị rồi ký lại.',
  ),
  'token.cancelled': words(
    'Việc nhập mã PIN trên thiết bị đã bị hủy. Văn bản chưa được ký.',
    'Hãy ký lại khi sẵn sàng.',
  ),
  'token.result-unknown': words(
    'Thiết bị ký số dừng giữa lúc ký nên chưa biết đã ký xong hay chưa. Văn bản trong máy vẫn giữ nguyên như trước khi ký.',
    'Hãy rút, cắm lại thiết bị, mở lại văn bản để xem trạng thái rồi mới ký lại.',
  ),
  'token.unknown': words(
    'Thiết bị ký số báo lỗi không rõ nguyên nhân. Văn bản chưa được ký.',
    'Hãy rút, cắm lại thiết bị rồi thử lại. Nếu vẫn lỗi, gọi bộ phận hỗ trợ và đọc mã này.',
  ),
  'token.signature-wrong': words(
    'Thiết bị trả về chữ ký không khớp với chứng thư. Văn bản chưa được ký.',
    'Hãy rút, cắm lại thiết bị rồi ký lại. Nếu vẫn lỗi, gọi bộ phận hỗ trợ.',
  ),
  'token.session-over': words('Phiên ký số đã kết thúc.', 'Hãy nhập lại mã PIN để ký tiếp.'),

  'signing.already-signed': words(
    'Văn bản này đã có chữ ký số nên không sửa được nữa.',
    'Nếu cần sửa, hãy tạo lại tệp từ bản thảo và trình ký lại.',
  ),
  'signing.signatures-not-understood': words(
    'Cuối tệp PDF có phần dữ liệu lạ nên không ký tiếp được.',
    'Hãy lấy lại tệp gốc từ nơi gửi hoặc xuất lại từ bản thảo.',
  ),
  'signing.certified': words(
    'Người ký trước không cho phép thêm chữ ký vào văn bản này.',
    'Hãy hỏi người đã ký, hoặc tạo lại tệp từ bản thảo và trình ký lại.',
  ),
  'signing.field-locked': words(
    'Ô này đã bị khóa bởi chữ ký trước đó.',
    'Văn bản đã đóng dấu số thì không ký hoặc điền thêm được.',
  ),
  'signing.field-missing': words(
    'Văn bản chưa có ô để ký hoặc điền số, ngày.',
    'Hãy chuẩn bị lại tệp PDF từ bản thảo.',
  ),
  'signing.field-exists': words(
    'Văn bản đã có sẵn ô ký.',
    'Không cần chuẩn bị lại; hãy ký vào ô đã có.',
  ),
  'signing.field-filled': words(
    'Ô này đã được ký hoặc đã điền.',
    'Hãy mở lại văn bản để xem trạng thái mới nhất.',
  ),
  'signing.place-outside': words(
    'Vị trí chữ ký nằm ngoài trang giấy.',
    'Hãy chọn lại vị trí trên trang.',
  ),
  'signing.value-not-allowed': words(
    'Số hoặc ngày văn bản có ký tự không hợp lệ.',
    'Hãy nhập lại, ví dụ “05” và “ngày 05 tháng 02 năm 2026”.',
  ),
  'signing.glyph-missing': words(
    'Có ký tự không in được bằng phông chữ của văn bản.',
    'Hãy bỏ ký tự lạ rồi thử lại.',
  ),
  'signing.certificate-unusable': words(
    'Chứng thư chữ ký số này không dùng để ký được.',
    'Hãy chọn chứng thư khác hoặc báo người quản trị.',
  ),
  'signing.signature-wrong': words(
    'Thiết bị ký số trả về chữ ký không đúng. Văn bản chưa được ký.',
    'Hãy rút, cắm lại thiết bị rồi ký lại. Nếu vẫn lỗi, gọi bộ phận hỗ trợ.',
  ),
  'signing.signature-too-large': words(
    'Chữ ký lớn hơn chỗ dành sẵn. Văn bản chưa được ký.',
    'Hãy gọi bộ phận hỗ trợ và đọc mã ở cuối thông báo này.',
  ),

  'register.unknown': words(
    'Không tìm thấy sổ đăng ký này.',
    'Hãy chọn lại sổ, hoặc hỏi người quản trị.',
  ),
  'register.closed': words(
    'Sổ đã khóa, không thể đăng ký thêm.',
    'Hãy chọn sổ đang mở, hoặc hỏi lãnh đạo Văn phòng.',
  ),
  'register.already-numbered': words(
    'Văn bản này đã có số.',
    'Không cần xin số lại. Bạn có thể bỏ việc này khỏi danh sách.',
  ),
  'register.date-goes-back': words(
    'Ngày vào sổ sớm hơn ngày của số liền trước.',
    'Hãy vào sổ theo ngày hiện tại.',
  ),
  'register.wrong-year': words(
    'Ngày vào sổ không thuộc năm của sổ.',
    'Hãy chọn sổ đúng năm rồi làm lại.',
  ),
  'register.not-open': words(
    'Lúc này máy chủ chưa cấp số của sổ này.',
    'Hãy xem trạng thái của sổ; yêu cầu cấp số vẫn được giữ theo thứ tự.',
  ),
  'register.lease-not-allowed': words(
    'Sổ này chưa được phép giao cho máy trạm giữ.',
    'Hãy đề nghị Chánh Văn phòng cho phép giao sổ.',
  ),
  'register.not-holder': words(
    'Máy này chưa được giao cấp số của sổ.',
    'Hãy xem máy nào đang giữ sổ, rồi cấp số trên máy đó.',
  ),
  'register.upload-missing': words(
    'Máy chủ chưa nhận đủ các số máy này đã cấp nên chưa trả sổ được.',
    'Hãy chờ gửi hết rồi trả sổ lại.',
  ),
  'register.slips-missing': words(
    'Trạm của cơ quan đã thôi cấp số, nhưng máy chủ chưa nhận đủ các số trạm đã cấp nên sổ chưa được trả.',
    'Hãy cho các máy đã lấy số ở trạm gửi hết việc lên máy chủ, rồi trả sổ lại.',
  ),
  'register.last-number-too-small': words(
    'Số cuối cùng nhỏ hơn số máy chủ đã biết.',
    'Hãy xem lại sổ giấy rồi nhập đúng số cuối cùng.',
  ),
  'register.recovery-open': words(
    'Máy chủ vừa được khôi phục, các máy của cơ quan còn đang gửi bù.',
    'Hãy chờ quản trị máy chủ báo đã xong rồi mở lại sổ.',
  ),
  'register.paper-number-missing': words(
    'Máy chủ đã được khôi phục nên cần đối chiếu với sổ giấy.',
    'Hãy nhập số cuối cùng đã ghi trên sổ giấy rồi mở lại sổ.',
  ),
  'register.no-lease': words(
    'Sổ này không giao cho máy nào.',
    'Không cần thu hồi. Hãy tải lại danh sách sổ.',
  ),
  'register.other-person': words(
    'Việc này phải do một người khác xác nhận.',
    'Hãy nhờ người thứ hai có thẩm quyền đăng nhập và xác nhận.',
  ),
  'register.nothing-proposed': words(
    'Chưa có đề nghị nào để xác nhận.',
    'Hãy tải lại danh sách sổ rồi lập đề nghị trước.',
  ),
  'register.bad-slip': words(
    'Số này không mang chữ ký hợp lệ của trạm cơ quan nên máy chủ không nhận.',
    'Hãy đối chiếu sổ giấy và báo người phụ trách công nghệ thông tin của cơ quan.',
  ),
  'register.has-entries': words(
    'Sổ đã có số nên không thể mở nối tiếp sổ cũ nữa.',
    'Hãy ghi các số trên giấy bằng chức năng ghi nhận số.',
  ),
  'register.lease-sealed': words(
    'Sổ đang được trả về máy chủ nên máy này không cấp số nữa.',
    'Văn bản được để ở "Chờ cấp số"; máy chủ sẽ cấp khi nhận xong sổ.',
  ),
  'register.quota-reached': words(
    'Máy này đã cấp hết số được giao khi chưa gửi về máy chủ.',
    'Văn bản được để ở "Chờ cấp số". Hãy kết nối mạng để gửi các số đã cấp.',
  ),
  'register.lease-not-begun': words(
    'Chưa đến ngày được cấp số của sổ này.',
    'Hãy dùng sổ của năm hiện tại.',
  ),
  'register.lease-expired': words(
    'Đã hết hạn giao sổ cho máy này.',
    'Hãy kết nối mạng để gửi các số đã cấp và gia hạn giao sổ.',
  ),
  'register.clock-not-trusted': words(
    'Giờ của máy không đáng tin nên chưa thể cấp số.',
    'Hãy chỉnh lại ngày giờ của máy, hoặc kết nối mạng một lần.',
  ),
  'register.anchor-ahead': words(
    'Dữ liệu trên máy cũ hơn số đã cấp; máy có thể đã được khôi phục từ bản sao.',
    'Đừng cấp số trên máy này. Hãy kết nối mạng và báo người quản trị.',
  ),
  'register.not-allowed': words(
    'Bạn không được giao việc này trên sổ.',
    'Hãy nhờ người có thẩm quyền thực hiện.',
  ),
  'register.reason-missing': words(
    'Lý do phải có ít nhất 10 ký tự và ghi rõ người đồng ý.',
    'Hãy ghi đủ lý do và chọn lãnh đạo đã đồng ý.',
  ),
  'register.in-dispute': words(
    'Số của văn bản này đang chờ lãnh đạo giải quyết.',
    'Hãy chờ lãnh đạo quyết định; chưa được gửi văn bản đi.',
  ),
  'register.not-numbered': words(
    'Văn bản này chưa có số.',
    'Không có số nào để hủy. Hãy tải lại văn bản.',
  ),
  'register.no-dispute': words(
    'Số của văn bản này không có gì phải giải quyết.',
    'Hãy tải lại văn bản để xem trạng thái mới nhất.',
  ),
  'register.number-kept': words(
    'Sổ đang giữ một số khác cho chính văn bản này, nên không cấp thêm số.',
    'Hãy nhờ lãnh đạo xử lý số đang giữ: sửa ngày để dùng số đó.',
  ),
  'register.confirm-first': words(
    'Chưa đối chiếu số cuối cùng với sổ giấy từ khi mở chương trình.',
    'Hãy trả lời câu hỏi về số cuối cùng ở trang "Sổ đăng ký", rồi cấp số.',
  ),
  'register.anchor-not-written': words(
    'Chưa ghi được bản đối chiếu số ra ngoài thư mục dữ liệu nên máy này chưa cấp số.',
    'Hãy báo người quản trị kiểm tra thư mục dùng chung của máy. Văn bản vẫn được giữ ở "Chờ cấp số".',
  ),
  'register.number-not-anchored': words(
    'Văn bản đã lưu và đã được cấp số, nhưng chưa ghi được bản đối chiếu số nên số chưa hiện ra.',
    'Đừng nhập lại văn bản này. Hãy báo người quản trị kiểm tra thư mục dùng chung của máy, rồi bấm lại: số đã cấp sẽ hiện ra, không có số thứ hai.',
  ),
  'register.no-placeholder': words(
    'Số này không ở trạng thái chờ hồ sơ.',
    'Hãy tải lại sổ để xem trạng thái mới nhất.',
  ),
};

/** Words and reference of a failure code; a code of another version gets the general words and itself as reference. */
export function describeFailure(code: string): FailureWords & { readonly reference: string } {
  if (isErrorCode(code)) return { ...failureWords[code], reference: catalogue[code].reference };
  return { ...failureWords['internal.unexpected'], reference: code };
}
