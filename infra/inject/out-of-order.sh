#!/bin/sh
# Topics are not ordered against each other: here StockReserved comes before the OrderPlaced that it belongs to, and again when all is over. The payment
# joins the two whichever comes first, and does nothing twice.
. "$(dirname "$0")/lib.sh"

saga=$(murmur id)
say "inject StockReserved for $saga, of which nobody has heard, and then its OrderPlaced"
murmur inject StockReserved --file $data/stock-reserved.json --saga "$saga"
sleep 1
murmur inject OrderPlaced --file $data/order-placed.json --saga "$saga"

expect "$(await_event "$saga" OrderConfirmed OrderCancelled)" OrderConfirmed 'the saga ends with'

say 'StockReserved once more, much too late'
murmur inject StockReserved --file $data/stock-reserved.json --saga "$saga"
sleep 2
for type in PaymentInitiated PaymentCaptured StockCommitted OrderConfirmed; do expect "$(count "$saga" $type)" 1 "$type"; done
expect "$(murmur parked list --key "$saga" --json | field length)" 0 'parked messages'
story "$saga"
