-- Digests of scopes are added to where they stand (`save-changes.ts`): sums of 64 bits, modulo 2^64, as 16 hexadecimal
-- digits. By halves, for a bigint has no room for a carry.
create function sum_of_digests(a text, b text) returns text language sql immutable parallel safe as $$
  select lpad(to_hex((('x' || left(a, 8))::bit(32)::bigint + ('x' || left(b, 8))::bit(32)::bigint + (low >> 32))
                     & 4294967295), 8, '0')
         || lpad(to_hex(low & 4294967295), 8, '0')
    from (select ('x' || right(a, 8))::bit(32)::bigint + ('x' || right(b, 8))::bit(32)::bigint as low) as halves
$$;
