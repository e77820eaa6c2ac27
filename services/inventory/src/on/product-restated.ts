import { on } from '@murmuration/choreography'
import { ProductRestated } from '@murmuration/contracts'
import { productKnown } from '../domain/article.ts'
import { articles } from '../store/tables.ts'

export const onProductRestated = on(ProductRestated, {
  emits: [],
  reads: ({ data }) => ({ article: articles.one(data.sku) }),
  decide: ({ data }, { article }) => productKnown(data, article),
})
