import type { Command } from '@murmuration/choreography'
import { creationId, problem, requireRole, validated } from '@murmuration/http'
import { inSpan } from '@murmuration/telemetry'
import express, { type RequestHandler, type Router } from 'express'
import { changePrice } from './commands/change-price.ts'
import { createProduct } from './commands/create-product.ts'
import { retireProduct } from './commands/retire-product.ts'
import { cursorAfter, listing, newProduct, oneProduct, priceChange } from './inputs.ts'
import { cacheHit, measured } from './metrics.ts'
import { type Catalogue, viewOf } from './store/catalogue.ts'
import type { ProductCache } from './store/product-cache.ts'
import type { Totals } from './store/totals.ts'

export interface RoutesOptions {
  execute<Input, Reply>(command: Command<Input, Reply>, input: Input): Promise<Reply>
  catalogue: Catalogue
  cache: ProductCache
  totals: Totals
  authenticate: RequestHandler
}

/** The catalogue for everybody to read, for administrators to change. Mounted at /products. */
export function productRoutes(options: RoutesOptions): Router {
  const router = express.Router()
  readRoutes(router, options)
  changeRoutes(router, options)
  return router
}

function readRoutes(router: Router, { catalogue, cache, totals }: RoutesOptions): void {
  router.get(
    '/products',
    validated({ query: listing }, async ({ query }, _req, res) => {
      const { limit, cursor, ...filter } = query
      const list = async () => {
        const [products, total] = await Promise.all([catalogue.page(filter, limit + 1, cursor), totals.of(filter)])
        const items = products.slice(0, limit)
        const last = products.length > limit ? items.at(-1) : undefined
        return { items, total, nextCursor: last === undefined ? null : cursorAfter(last.sku) }
      }
      res.json(await measured('list', () => inSpan('product.list', list)))
    }),
  )

  router.get(
    '/products/:productId',
    validated({ params: oneProduct }, async ({ params }, _req, res) => {
      const { found, from } = await measured('get_by_id', () =>
        inSpan('product.get_by_id', async (span) => {
          const answer = await cache.get(params.productId)
          span.addEvent(answer.from === 'cache' ? 'cache hit' : 'cache miss')
          return answer
        }),
      )
      if (from === 'cache') cacheHit()
      if (found === undefined) throw problem(404, 'product_not_found', 'There is no such product.')
      res.json(found.product)
    }),
  )
}

function changeRoutes(router: Router, { execute, cache, totals, authenticate }: RoutesOptions): void {
  const administrator = [authenticate, requireRole('admin')]
  const changed = async (productId: string) => {
    totals.forget()
    await cache.changed(productId)
  }

  router.post(
    '/products',
    administrator,
    validated({ body: newProduct }, async ({ body }, req, res) => {
      // The gateway's id stays the same when it tries again, so that the second try finds what the first has made.
      const requestId = creationId(req)
      const { product, created } = await execute(createProduct, { ...body, requestId, productId: body.productId ?? requestId })
      if (created) totals.forget()
      res
        .status(created ? 201 : 200)
        .location(`/products/${product.productId}`)
        .json(viewOf(product))
    }),
  )
  router.patch(
    '/products/:productId',
    administrator,
    validated({ params: oneProduct, body: priceChange }, async ({ params, body }, _req, res) => {
      const product = await execute(changePrice, { ...params, ...body })
      await changed(product.productId)
      res.json(viewOf(product))
    }),
  )
  router.post(
    '/products/:productId/retire',
    administrator,
    validated({ params: oneProduct }, async ({ params }, _req, res) => {
      const product = await execute(retireProduct, params)
      await changed(product.productId)
      res.json(viewOf(product))
    }),
  )
}
