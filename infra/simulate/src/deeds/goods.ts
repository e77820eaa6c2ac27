import { RuleViolation } from '@murmuration/contracts'
import { deduct } from '@murmuration/inventory/commands/deduct'
import { restock } from '@murmuration/inventory/commands/restock'
import { setWarehouse } from '@murmuration/inventory/commands/set-warehouse'
import { changePrice } from '@murmuration/product/commands/change-price'
import { createProduct } from '@murmuration/product/commands/create-product'
import { restateProduct } from '@murmuration/product/commands/restate-product'
import { retireProduct } from '@murmuration/product/commands/retire-product'
import type { World } from '@murmuration/simulation'
import { idOf } from '../workload/ids.ts'
import type { DeedOf, Goods } from '../workload/plan.ts'
import type { Perform } from './deed.ts'
import { answered } from './notebook.ts'

export const skuOf = (product: number): string => `sku-${product}`

const names = ['main', 'north', 'south'] as const
const nameOf = (warehouse: number): string => names[warehouse] ?? `warehouse-${warehouse}`

export async function openWarehouse(world: World, warehouse: number, priority: number): Promise<void> {
  await world.execute('inventory', setWarehouse, { warehouse: nameOf(warehouse), priority })
}

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
  for (const [warehouse, quantity] of pieces.entries())
    if (quantity > 0) await stockUp(world, { product, warehouse, quantity, adjustment: product * 10 + warehouse })
}

type Adjusting = Pick<DeedOf<'restock' | 'deduct'>, 'product' | 'warehouse' | 'quantity' | 'adjustment'>

/** Again until the inventory has heard of the product. */
async function stockUp(world: World, what: Adjusting): Promise<void> {
  for (;;)
    try {
      await world.execute('inventory', restock, adjustmentOf(what))
      return
    } catch (error) {
      if (!(error instanceof RuleViolation) || error.code !== 'sku_not_found') throw error
      await world.sleep(100)
    }
}

const adjustmentOf = ({ product, warehouse, quantity, adjustment }: Adjusting) => ({
  adjustmentId: idOf('adjustment', adjustment),
  sku: skuOf(product),
  warehouse: nameOf(warehouse),
  quantity,
  adjustedBy: idOf('user', 0),
})

export const adjust: Perform<'restock' | 'deduct'> = async (deed, { world, notebook }) => {
  const input = adjustmentOf(deed)
  const asked = world.execute('inventory', deed.does === 'restock' ? restock : deduct, input)
  const answer = await answered(notebook, input.sku, asked, ['not_enough_stock', 'sku_not_found'])
  return 'refused' in answer ? `refused: ${answer.refused}` : `${answer.reply.available} available`
}

export const reprice: Perform<'reprice'> = async ({ product, price }, { world, notebook }) => {
  const productId = idOf('product', product)
  const asked = world.execute('product', changePrice, { productId, price: { amount: price, currency: 'EUR' } })
  const answer = await answered(notebook, productId, asked, ['product_retired', 'product_not_found'])
  return 'refused' in answer ? `refused: ${answer.refused}` : `${answer.reply.amount}`
}

export const retire: Perform<'retire'> = async ({ product }, { world, notebook }) => {
  const productId = idOf('product', product)
  const answer = await answered(notebook, productId, world.execute('product', retireProduct, { productId }), ['product_not_found'])
  return 'refused' in answer ? `refused: ${answer.refused}` : answer.reply.status
}

export const restate: Perform<'restate'> = async ({ product }, { world, notebook }) => {
  const productId = idOf('product', product)
  const answer = await answered(notebook, productId, world.execute('product', restateProduct, { productId }), ['unknown_product'])
  return 'refused' in answer ? `refused: ${answer.refused}` : undefined
}
