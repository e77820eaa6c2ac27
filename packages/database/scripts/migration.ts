// Makes a service's next migration from its schema: node packages/database/scripts/migration.ts <service> <name>
import { join, relative } from 'node:path'
import { writeMigration } from '../src/index.ts'

const [service, name] = process.argv.slice(2)
if (service === undefined || name === undefined || !/^[a-z][a-z0-9_]*$/.test(name)) {
  process.stderr.write('usage: node packages/database/scripts/migration.ts <service> <name_in_lower_case>\n')
  process.exit(2)
}
const root = join(import.meta.dirname, '..', '..', '..')
const schemaFolder = join(root, 'services', service, 'prisma')
const folder = await writeMigration({ schemaFolder, migrationsFolder: join(schemaFolder, 'migrations'), name })
process.stdout.write(folder === undefined ? 'schema and migrations agree already\n' : `${relative(root, folder)}\n`)
