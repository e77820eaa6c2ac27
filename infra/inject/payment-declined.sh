#!/bin/sh
# Compensation: the provider declines the charge (the simulator always declines the method `decline`). The stock goes back, the order is cancelled.
. "$(dirname "$0")/lib.sh"

available() { murmur api GET /inventory/AUD-HPH-LYR1 --json | field available; }

before=$(available)
saga=$(murmur id)
say "inject OrderPlaced for $saga, to be paid by a method that is declined"
murmur inject OrderPlaced --file $data/order-placed.json --saga "$saga" --set payment.method=decline

expect "$(await_event "$saga" OrderCancelled OrderConfirmed)" OrderCancelled 'the saga ends with'
expect "$(event_data "$saga" OrderCancelled reason)" payment_failed 'the reason is'
expect "$(await_event "$saga" StockReleased)" StockReleased 'the stock was given back'
# Others may order the same product meanwhile; alone on the stack, the number is as before.
printf '  available before %s, now %s\n' "$before" "$(available)"
story "$saga"
