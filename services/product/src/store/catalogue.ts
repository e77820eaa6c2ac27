import { prismaAdapter } from '@murmuration/database'
import type { Product } from '../domain/product.ts'
import { type Prisma, PrismaClient, type Product as Row } from './prisma/client.ts'

/** A product as the API shows it. Times are ISO-8601, the price is in minor units. */
export interface ProductView extends Omit<Product, 'amount' | 'currency'> {
  readonly price: { readonly amount: number; readonly currency: Product['currency'] }
}

/** `version` grows with every change. */
export interface Versioned {
  readonly version: number
  readonly product: ProductView
}

/** Which active products; prices are in minor units of `currency`. */
export interface Filter {
  readonly category?: string | undefined
  readonly currency?: Product['currency'] | undefined
  readonly minPrice?: number | undefined
  readonly maxPrice?: number | undefined
}

// A row that was read writes its times as +00:00, a new one as Z: the API only the latter.
const utc = (time: string): string => new Date(time).toISOString()

export const viewOf = ({ amount, currency, createdAt, updatedAt, ...rest }: Product): ProductView => ({
  ...rest,
  price: { amount, currency },
  createdAt: utc(createdAt),
  updatedAt: utc(updatedAt),
})

// The columns are text and JSON to the database; only our own commands write them.
const fromRow = ({ version: _, amount, images, createdAt, updatedAt, ...rest }: Row): ProductView =>
  viewOf({
    ...(rest as Pick<Product, 'productId' | 'sku' | 'name' | 'description' | 'category' | 'currency' | 'status'>),
    amount: Number(amount),
    images: images as string[],
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  })

const where = ({ category, currency, minPrice, maxPrice }: Filter): Prisma.ProductWhereInput => ({
  status: 'active',
  ...(category !== undefined && { category }),
  ...(currency !== undefined && { currency }),
  ...((minPrice !== undefined || maxPrice !== undefined) && {
    amount: { ...(minPrice !== undefined && { gte: minPrice }), ...(maxPrice !== undefined && { lte: maxPrice }) },
  }),
})

export interface Catalogue {
  byId(productId: string): Promise<Versioned | undefined>
  /** Active products in the order of their skus, which never change: pages neither skip nor repeat one. @param after the last sku seen */
  page(filter: Filter, limit: number, after: string | undefined): Promise<ProductView[]>
  count(filter: Filter): Promise<number>
  /** Of all products, retired ones too, in the order of their ids. @param after the last id seen */
  ids(after: string | undefined, limit: number): Promise<string[]>
  close(): Promise<void>
}

export function openCatalogue(databaseUrl: string): Catalogue {
  const prisma = new PrismaClient({ adapter: prismaAdapter(databaseUrl) })
  return {
    async byId(productId) {
      const row = await prisma.product.findUnique({ where: { productId } })
      return row === null ? undefined : { version: row.version, product: fromRow(row) }
    },
    async page(filter, limit, after) {
      const rows = await prisma.product.findMany({
        where: { ...where(filter), ...(after !== undefined && { sku: { gt: after } }) },
        orderBy: { sku: 'asc' },
        take: limit,
      })
      return rows.map(fromRow)
    },
    count: (filter) => prisma.product.count({ where: where(filter) }),
    async ids(after, limit) {
      const where = after === undefined ? {} : { productId: { gt: after } }
      const rows = await prisma.product.findMany({ where, select: { productId: true }, orderBy: { productId: 'asc' }, take: limit })
      return rows.map(({ productId }) => productId)
    },
    close: () => prisma.$disconnect(),
  }
}
