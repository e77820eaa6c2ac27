import { usage } from '../errors.ts'

/**
 * Changes fields of JSON data: `total.amount=1`, `items.0.sku=KB-1`. The value is JSON where it reads as such, else text; `undefined` removes the field.
 * The data itself is left as it is. Throws a usage error for a path that leads nowhere.
 */
export function withFields(data: unknown, changes: readonly string[]): unknown {
  const copy: unknown = structuredClone(data)
  for (const change of changes) {
    const at = change.indexOf('=')
    if (at < 1) throw usage(`--set ${change}: field=value is expected`)
    setField(copy, change.slice(0, at).split('.'), valueOf(change.slice(at + 1)), change)
  }
  return copy
}

function valueOf(text: string): unknown {
  if (text === 'undefined') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function setField(data: unknown, path: readonly string[], value: unknown, change: string): void {
  let at = data
  for (const name of path.slice(0, -1)) at = isContainer(at) ? at[name] : undefined
  const last = path.at(-1) as string
  if (!isContainer(at)) throw usage(`--set ${change}: the data has no ${path.slice(0, -1).join('.')} to set ${last} in`)
  if (value === undefined) delete at[last]
  else at[last] = value
}

// Lists, too: their elements are fields by number.
const isContainer = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
