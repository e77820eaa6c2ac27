/** What a workload names before anybody else does. Ids are readable: their first part says what they are, the last one which. */
const prefixes = {
  user: '0000050e',
  product: '00009d0c',
  order: '00000d3e',
  refund: '0000efd0',
  return: '0000e704',
  adjustment: '0000ad05',
} as const
export type Named = keyof typeof prefixes

export const idOf = (what: Named, number: number): string => `${prefixes[what]}-0000-7000-8000-${String(number).padStart(12, '0')}`

const names = new Map<string, Named>(Object.entries(prefixes).map(([what, prefix]) => [prefix, what as Named]))

/** `order 3`; undefined for an id that no workload gave. */
export function nameOf(id: string): string | undefined {
  const what = names.get(id.slice(0, 8))
  return what === undefined ? undefined : `${what} ${Number(id.slice(24))}`
}
