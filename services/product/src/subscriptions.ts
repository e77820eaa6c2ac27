import { keptRequests, service } from '@murmuration/choreography'
import { changePrice } from './commands/change-price.ts'
import { createProduct } from './commands/create-product.ts'
import { restateProduct } from './commands/restate-product.ts'
import { retireProduct } from './commands/retire-product.ts'
import { products, skus } from './store/tables.ts'

export const subscriptions = service({
  name: 'product',
  // Renaming one loses or re-consumes messages.
  topic: 'product.events',
  group: 'product',
  tables: [keptRequests, skus, products],
  reactions: [],
  commands: [createProduct, changePrice, retireProduct, restateProduct],
})
