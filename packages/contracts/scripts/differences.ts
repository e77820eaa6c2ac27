import { compare, isSchema, type Schema } from './schema-files.ts'

const show = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value))
const inside = (at: string, field: string) => (at === '' ? field : `${at}/${field}`)

/** How a schema differs from the released one, a line for each field: `total/amount: maximum was 1000, is 500`. */
export function differences(was: Schema, is: Schema, at = ''): string[] {
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort(compare)
  return keys.flatMap((key) => {
    const [before, now] = [was[key], is[key]]
    if (JSON.stringify(before) === JSON.stringify(now)) return []
    if (key === 'properties' && isSchema(before) && isSchema(now)) return fields(before, now, at)
    if (key === 'items' && isSchema(before) && isSchema(now)) return differences(before, now, inside(at, '*'))
    return [`${at === '' ? '' : `${at}: `}${key} was ${show(before)}, is ${show(now)}`]
  })
}

function fields(was: Schema, is: Schema, at: string): string[] {
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort(compare)
  return names.flatMap((name) => {
    const [before, now] = [was[name], is[name]]
    if (!isSchema(before)) return [`${inside(at, name)}: is new`]
    if (!isSchema(now)) return [`${inside(at, name)}: is gone`]
    return differences(before, now, inside(at, name))
  })
}
