import {
  type DataOf,
  type Decision,
  type Ignored,
  ignore,
  type ProductCreated,
  type ProductRestated,
  RuleViolation,
} from '@murmuration/contracts'

/** A sku of the catalogue, and the warehouses in which it has a stock row. Whoever places an order locks it, so that no first restock passes unseen. */
export interface Article {
  readonly sku: string
  readonly warehouses: readonly string[]
}

/** An order has up to 100 skus and an event up to 1,000 lines: each sku may come from so many warehouses. */
export const maxWarehouses = 10

/** The catalogue's product becomes known to the warehouses, when it is created or, where that was missed, told again. */
export function productKnown(
  { sku }: DataOf<typeof ProductCreated> | DataOf<typeof ProductRestated>,
  article: Article | undefined,
): Decision<{ article: Article }, never, never, undefined> | Ignored {
  return article === undefined ? { rows: { article: { sku, warehouses: [] } } } : ignore('the sku is known')
}

/** @throws RuleViolation `too_many_warehouses` */
export function storedIn(article: Article, warehouse: string): Article {
  if (article.warehouses.length >= maxWarehouses)
    throw new RuleViolation('too_many_warehouses', `${article.sku} lies in ${maxWarehouses} warehouses already`)
  return { ...article, warehouses: [...article.warehouses, warehouse] }
}
