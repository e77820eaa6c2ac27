import { deduct } from '@murmuration/inventory/commands/deduct'
import { restock } from '@murmuration/inventory/commands/restock'
import { changePrice } from '@murmuration/product/commands/change-price'
import { createProduct } from '@murmuration/product/commands/create-product'
import { retireProduct } from '@murmuration/product/commands/retire-product'
import type { World } from '@murmuration/simulation'
import { idOf } from '../workload/ids.ts'
import type { Goods } from '../workload/plan.ts'
import type { Perform } from './deed.ts'
import { answered } from './notebook.ts'

export const skuOf = (product: number): string => `sku-${product}`

/** A product with its price and its first stock, as an administrator enters it. */
export async function offer(world: World, { product, price, pieces }: Goods): Promise<void> {
  const sku = skuOf(product)
  await world.execute('product', createProduct, {
    productId: idOf('product', product),
    sku,
    name: sku,
    description: sku,
    category: 'goods',
    price: { amount: price, currency: 'EUR' },
    images: [],
  })
  await world.execute('inventory', restock, adjustmentOf(product, pieces, product))
}

const adjustmentOf = (product: number, quantity: number, adjustment: number) => ({
  adjustmentId: idOf('adjustment', adjustment),
  sku: skuOf(product),
  warehouse: 'main',
  quantity,
  adjustedBy: idOf('user', 0),
})

export const adjust: Perform<'restock' | 'deduct'> = async ({ does, product, quantity, adjustment }, { world, notebook }) => {
  const input = adjustmentOf(product, quantity, adjustment)
  const asked = world.execute('inventory', does === 'restock' ? restock : deduct, input)
  const answer = await answered(notebook, input.sku, asked, ['not_enough_stock', 'unknown_sku'])
  return 'refused' in answer ? `refused: ${answer.refused}` : `${answer.reply.available} available`
}

export const reprice: Perform<'reprice'> = async ({ product, price }, { world, notebook }) => {
  const productId = idOf('product', product)
  const asked = world.execute('product', changePrice, { productId, price: { amount: price, currency: 'EUR' } })
  const answer = await answered(notebook, productId, asked, ['product_retired', 'unknown_product'])
  return 'refused' in answer ? `refused: ${answer.refused}` : `${answer.reply.amount}`
}

export const retire: Perform<'retire'> = async ({ product }, { world, notebook }) => {
  const productId = idOf('product', product)
  const answer = await answered(notebook, productId, world.execute('product', retireProduct, { productId }), ['unknown_product'])
  return 'refused' in answer ? `refused: ${answer.refused}` : answer.reply.status
}
