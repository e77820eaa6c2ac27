// Preloaded into every service of the chaos stack: with NEXT_CONTRACTS it runs with the contracts in that folder, which know a newer version of an
// event, instead of its own. What is not there is its own.
import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

const folder = process.env.NEXT_CONTRACTS
const own = new URL('../../../../packages/contracts/src/', import.meta.url).href

if (folder) {
  const next = pathToFileURL(`${folder}/`).href
  registerHooks({
    resolve(specifier, context, resolve) {
      // What they import lies beside what they replace.
      const { parentURL } = context
      const parent = parentURL?.startsWith(next) ? own + parentURL.slice(next.length) : parentURL
      const found = resolve(specifier, { ...context, parentURL: parent })
      if (!found.url.startsWith(own)) return found
      const url = next + found.url.slice(own.length)
      return existsSync(fileURLToPath(url.split('?', 1)[0])) ? { ...found, url } : found
    },
  })
}
