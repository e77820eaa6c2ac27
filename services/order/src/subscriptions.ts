import { keptRequests, service } from '@murmuration/choreography'
import { acceptReturn } from './commands/approve-return.ts'
import { cancelOrder } from './commands/cancel-order.ts'
import { failOrder } from './commands/fail-order.ts'
import { placeOrder } from './commands/place-order.ts'
import { refuseReturn } from './commands/reject-return.ts'
import { returnOrder } from './commands/request-return.ts'
import { onOrderPlaced } from './on/order-placed.ts'
import { onPaymentCaptured } from './on/payment-captured.ts'
import { onPaymentFailed } from './on/payment-failed.ts'
import { onPaymentRefundFailed } from './on/payment-refund-failed.ts'
import { onPaymentRefundRequested } from './on/payment-refund-requested.ts'
import { onPaymentRefunded } from './on/payment-refunded.ts'
import { onProductCreated } from './on/product-created.ts'
import { onProductPriceChanged } from './on/product-price-changed.ts'
import { onProductRestated } from './on/product-restated.ts'
import { onProductRetired } from './on/product-retired.ts'
import { onReturnAlreadyRefunded } from './on/return-already-refunded.ts'
import { onStockCommitted } from './on/stock-committed.ts'
import { onStockRejected } from './on/stock-rejected.ts'
import { onStockReservationExpired } from './on/stock-reservation-expired.ts'
import { onStockReturned } from './on/stock-returned.ts'
import { orders, products } from './store/tables.ts'

export const subscriptions = service({
  name: 'order',
  // Renaming topic or group loses or re-consumes messages.
  topic: 'order.events',
  group: 'order',
  tables: [keptRequests, orders, products],
  reactions: [
    onProductCreated,
    onProductPriceChanged,
    onProductRetired,
    onProductRestated,
    onOrderPlaced,
    onStockRejected,
    onStockReservationExpired,
    onPaymentCaptured,
    onPaymentFailed,
    onStockCommitted,
    onPaymentRefundRequested,
    onPaymentRefunded,
    onPaymentRefundFailed,
    onReturnAlreadyRefunded,
    onStockReturned,
  ],
  commands: [placeOrder, cancelOrder, failOrder, returnOrder, acceptReturn, refuseReturn],
})
