#!/bin/sh
# The way things should go: an order that came through the log only. The order service adopts it, the stock is reserved, the payment scored and
# captured, the stock committed, the order confirmed, the customer told.
. "$(dirname "$0")/lib.sh"

saga=$(murmur id)
say "inject OrderPlaced for the new order $saga"
murmur inject OrderPlaced --file $data/order-placed.json --saga "$saga"

expect "$(await_event "$saga" OrderConfirmed OrderCancelled)" OrderConfirmed 'the saga ends with'
expect "$(murmur order get "$saga" --admin --json | field status)" confirmed 'the order is'
expect "$(await_event "$saga" NotificationSent NotificationFailed)" NotificationSent 'the customer was told'
story "$saga"
