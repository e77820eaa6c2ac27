import { on } from '@murmuration/choreography'
import { ProductCreated } from '@murmuration/contracts'
import { productKnown } from '../domain/article.ts'
import { articles } from '../store/tables.ts'

export const onProductCreated = on(ProductCreated, {
  emits: [],
  reads: ({ data }) => ({ article: articles.one(data.sku) }),
  decide: ({ data }, { article }) => productKnown(data, article),
})
