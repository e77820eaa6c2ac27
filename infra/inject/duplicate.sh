#!/bin/sh
# The same event several times: the log delivers at least once, and producers may send twice. The same id is handled once; the same id with another
# body is parked; another id for what is already known has no effect, either.
. "$(dirname "$0")/lib.sh"

saga=$(murmur id)
id=$(murmur id)
say "inject OrderPlaced for $saga three times under the id $id"
murmur inject OrderPlaced --file $data/order-placed.json --saga "$saga" --id "$id" --times 3

expect "$(await_event "$saga" OrderConfirmed OrderCancelled)" OrderConfirmed 'the saga ends with'

say 'and once more as it was published, and under another id'
published=$(mktemp)
trap 'rm -f "$published"' EXIT
murmur events "$saga" --type OrderPlaced --json | field '[0]' >"$published"
murmur inject OrderPlaced --file "$published"
murmur inject OrderPlaced --file "$published" --id "$(murmur id)"

say 'the same id with another body'
murmur inject OrderPlaced --file "$published" --set shippingAddress.city=Elsewhere
await_parked "$saga" 3
murmur parked list --key "$saga"
murmur parked discard --key "$saga" --reason 'injected by duplicate.sh'

for type in StockReserved PaymentCaptured StockCommitted OrderConfirmed; do expect "$(count "$saga" $type)" 1 "$type"; done
story "$saga"
