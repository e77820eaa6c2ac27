#!/bin/sh
# Compensation: there is not enough stock. All lines are reserved or none; the order is cancelled before any payment begins.
. "$(dirname "$0")/lib.sh"

saga=$(murmur id)
say "inject OrderPlaced for $saga: a sku that no warehouse has"
murmur inject OrderPlaced --file $data/order-placed.json --saga "$saga" --set items.0.sku=OUT-OF-STOCK-1

expect "$(await_event "$saga" OrderCancelled OrderConfirmed)" OrderCancelled 'the saga ends with'
expect "$(event_data "$saga" OrderCancelled reason)" out_of_stock 'the reason is'
expect "$(count "$saga" PaymentInitiated)" 0 'payments begun'
story "$saga"
