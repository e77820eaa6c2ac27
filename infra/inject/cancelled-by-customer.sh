#!/bin/sh
# Compensation: the customer cancels at the moment at which the provider has captured the money. It is refunded once, the stock goes back.
# Give another event to cancel earlier: cancelled-by-customer.sh PaymentAuthorized
. "$(dirname "$0")/lib.sh"
event=${1:-ChannelCaptured}

# From the capture to the confirmation it takes only some hundredths of a second, and a confirmed order cannot be cancelled: try a few times.
for attempt in 1 2 3 4 5; do
  say "place an order and cancel it when $event is seen (attempt $attempt)"
  if placed=$(murmur order place --cancel-on "$event" --wait 20 --json); then break; fi
done
saga=$(printf %s "$placed" | field orderId)

expect "$(printf %s "$placed" | field status)" cancelled 'the order is'
expect "$(printf %s "$placed" | field reason)" by_customer 'the reason is'
expect "$(await_event "$saga" StockReleased StockRestocked | sed 's/Stock.*/back/')" back 'the stock is'
expect "$(await_event "$saga" PaymentRefunded PaymentRefundFailed)" PaymentRefunded 'the money'
expect "$(count "$saga" PaymentRefunded)" 1 'refunds'
story "$saga"
