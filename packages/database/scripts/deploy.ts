// Makes each service's database and applies its migrations: POSTGRES_URL=postgresql://user@host:port node packages/database/scripts/deploy.ts
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createDatabase, migrate } from '../src/index.ts'

const server = process.env['POSTGRES_URL']
if (server === undefined || server === '') {
  process.stderr.write('set POSTGRES_URL, e.g. postgresql://murmuration@127.0.0.1:5432\n')
  process.exit(2)
}
const services = join(import.meta.dirname, '..', '..', '..', 'services')
const folders = (await readdir(services, { withFileTypes: true })).filter((entry) => entry.isDirectory() && entry.name !== 'gateway')
for (const { name } of folders) {
  const { url, created } = await createDatabase(server, `murmuration_${name}`)
  const applied = await migrate({ url, folder: join(services, name, 'prisma', 'migrations') })
  process.stdout.write(`${name}: ${created ? 'made, ' : ''}${applied.length === 0 ? 'up to date' : applied.join(', ')}\n`)
}
