import type { NewProduct, Product } from '../src/domain/product.ts'

export const productId = '019a9d3e-0b11-7c02-8f3a-1e4d5c6b7a02'
export const otherId = '019a9d3e-0b11-7c02-8f3a-1e4d5c6b7a03'
export const eur = (amount: number) => ({ amount, currency: 'EUR' }) as const

export const newProduct = (more: Partial<NewProduct> = {}): NewProduct => ({
  productId,
  sku: 'KB-87-ISO-DE',
  name: 'Mechanical keyboard, 87 keys, ISO-DE',
  description: 'Tenkeyless, with brown switches.',
  category: 'keyboards',
  price: eur(7990),
  images: ['https://images.example/kb-87.webp'],
  ...more,
})

export const product = (more: Partial<Product> = {}): Product => {
  const { price, ...rest } = newProduct()
  const at = '2026-11-21T10:00:00.000Z'
  return { ...rest, ...price, status: 'active', createdAt: at, updatedAt: at, ...more }
}
