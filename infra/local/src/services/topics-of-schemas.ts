import { glob } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { repositoryRoot } from '../paths.ts'

/** The topics of the services that own events: those with a schema such as `order/OrderPlaced.v1.json`. Parts of schemas and API documents lie beside them. */
export const topicsOfSchemas = async (folder = join(repositoryRoot, 'schemas')): Promise<string[]> => {
  const owners = new Set<string>()
  for await (const file of glob('*/[A-Z]*.v[1-9]*.json', { cwd: folder })) owners.add(dirname(file))
  return [...owners].sort().map((owner) => `${owner}.events`)
}
