import { parseArgs } from 'node:util'
import { seeds } from './seed/catalogue.ts'
import { gateway, login } from './seed/gateway.ts'
import { plant } from './seed/plant.ts'

const help = `Fills the catalogue of a running stack: ${seeds().length} products in nine categories, with stock. What is there already is left alone.

  node services/product/scripts/seed.ts [--json]

  --json   print the result as JSON
  --help   this page

Environment
  GATEWAY_URL       e.g. http://127.0.0.1:8080
  ADMIN_EMAIL       the administrator who makes the products
  ADMIN_PASSWORD

Exit codes: 0 all is there, 1 something could not be made, 2 wrong usage.
`

function settings(): { json: boolean; url: string; email: string; password: string } | { usage: string } {
  let values: { json?: boolean; help?: boolean }
  try {
    values = parseArgs({ options: { json: { type: 'boolean' }, help: { type: 'boolean' } } }).values
  } catch (error) {
    return { usage: error instanceof Error ? error.message : String(error) }
  }
  if (values.help) {
    process.stdout.write(help)
    process.exit(0)
  }
  const { GATEWAY_URL: url = '', ADMIN_EMAIL: email = '', ADMIN_PASSWORD: password = '' } = process.env
  const missing = Object.entries({ GATEWAY_URL: url, ADMIN_EMAIL: email, ADMIN_PASSWORD: password }).flatMap(([name, value]) =>
    value === '' ? [name] : [],
  )
  if (missing.length > 0) return { usage: `set ${missing.join(', ')}` }
  return { json: values.json ?? false, url: url.replace(/\/+$/, ''), email, password }
}

async function main(): Promise<number> {
  const given = settings()
  if ('usage' in given) {
    process.stderr.write(`${given.usage}\n\n${help}`)
    return 2
  }
  const { json, url, email, password } = given
  const start = performance.now()
  const progress = process.stderr.isTTY ? (done: number) => process.stderr.write(`\rseeding ${done}`) : () => {}
  try {
    const result = await plant(gateway(url, await login(url, email, password)), seeds(), { progress })
    const seconds = Math.round(performance.now() - start) / 1000
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
    const { products, created, restocked, failed } = result
    if (json) process.stdout.write(`${JSON.stringify({ ...result, seconds })}\n`)
    else process.stdout.write(`${products} products: ${created} created, ${restocked} stocked, ${failed.length} failed, in ${seconds} s\n`)
    for (const { sku, why } of failed.slice(0, 5)) process.stderr.write(`${sku}: ${why}\n`)
    return failed.length > 0 ? 1 : 0
  } catch (error) {
    const { message, cause } = error as Error
    process.stderr.write(`The gateway at ${url} could not be used: ${message}${cause instanceof Error ? ` (${cause.message})` : ''}\n`)
    return 1
  }
}

process.exitCode = await main()
