import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Money } from '@murmuration/contracts'
import { repositoryRoot } from '@murmuration/local'
import { type Ask, insist } from '../load/gateway.ts'

export interface Product {
  readonly productId: string
  readonly sku: string
  readonly name: string
  readonly price: Money
}

const plenty = 1_000_000

/** The shop's products, made by the seed script when there are none. @throws Error with what the seed says when it fails */
export async function seed(gatewayUrl: string, admin: { email: string; password: string }): Promise<void> {
  const env = { ...process.env, GATEWAY_URL: gatewayUrl, ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password }
  const child = spawn(process.execPath, [join(repositoryRoot, 'services', 'product', 'scripts', 'seed.ts'), '--json'], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const said: string[] = []
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString('utf8')))
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`seeding the catalogue failed: ${said.join('').trim()}`)
}

async function catalogue(ask: Ask): Promise<Product[]> {
  const products: Product[] = []
  let after = ''
  do {
    const page = (await insist(ask('GET', `/products?limit=100${after}`), 'reading the catalogue')) as {
      items: Product[]
      nextCursor?: string | null
    }
    products.push(...page.items)
    after = page.nextCursor ? `&cursor=${encodeURIComponent(page.nextCursor)}` : ''
  } while (after !== '')
  return products
}

/**
 * All products, each with more pieces than any run orders: an order that ends for want of stock is no saga to measure.
 *
 * @returns the products in a mixed order, so that neighbours in the load do not lie side by side in a table
 */
export async function stockUp(ask: Ask, adminToken: string, { pieces }: { pieces: number }): Promise<Product[]> {
  const products = await catalogue(ask)
  if (products.length === 0) throw new Error('the catalogue is empty')
  const waiting = products.values()
  const worker = async (): Promise<void> => {
    for (const { sku } of waiting) {
      const level = await ask('GET', `/inventory/${sku}`)
      const { available = 0 } = level.status === 200 ? (level.body as { available?: number }) : {}
      if (available >= pieces) continue
      await insist(ask('POST', `/inventory/${sku}/restock`, { body: { quantity: plenty }, token: adminToken }), `restocking ${sku}`)
    }
  }
  await Promise.all(Array.from({ length: 8 }, worker))
  return products.sort((a, b) => (a.productId.slice(-12) < b.productId.slice(-12) ? -1 : 1))
}
