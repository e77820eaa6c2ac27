#!/bin/sh
# Compensation: the reservation expires while the payment is under way (in real life after 15 minutes). The provider is made slow for a moment, and the
# inventory's StockReservationExpired is injected while the charge is in flight: the order is cancelled, the stock given back, and the payment that is
# captured meanwhile is refunded.
. "$(dirname "$0")/lib.sh"

latency() { murmur api PUT /v1/settings --service provider --data "{\"latencyMs\":$1}" --json >/dev/null; }
before=$(murmur api GET /v1/settings --service provider --json | field latencyMs)
trap 'latency "$before"' EXIT

say 'let the provider take 2.5 s for each answer'
latency 2500

saga=$(murmur id)
say "inject OrderPlaced for $saga, and, while it is being paid, the expiry of its reservation"
murmur inject OrderPlaced --file $data/order-placed.json --saga "$saga"
expect "$(await_event "$saga" PaymentAuthorized)" PaymentAuthorized 'the charge is on its way after'
murmur inject StockReservationExpired --file $data/stock-reservation-expired.json --saga "$saga"

expect "$(await_event "$saga" OrderCancelled OrderConfirmed)" OrderCancelled 'the saga ends with'
expect "$(event_data "$saga" OrderCancelled reason)" expired 'the reason is'
expect "$(await_event "$saga" PaymentRefunded PaymentRefundFailed)" PaymentRefunded 'what was captured meanwhile'
expect "$(count "$saga" PaymentRefunded)" 1 'refunds'
story "$saga"
