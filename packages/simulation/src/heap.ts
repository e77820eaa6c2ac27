/** A binary heap. */
export interface Heap<Item> {
  first(): Item | undefined
  push(item: Item): void
  pop(): Item | undefined
}

export function heap<Item>(before: (a: Item, b: Item) => boolean): Heap<Item> {
  const items: Item[] = []
  return {
    first: () => items[0],
    push(item) {
      let index = items.length
      items.push(item)
      while (index > 0) {
        const parent = (index - 1) >> 1
        const above = items[parent] as Item
        if (!before(item, above)) break
        items[index] = above
        index = parent
      }
      items[index] = item
    },
    pop() {
      const first = items[0]
      const last = items.pop()
      if (items.length === 0 || last === undefined) return first
      let index = 0
      for (;;) {
        let child = 2 * index + 1
        if (child >= items.length) break
        if (child + 1 < items.length && before(items[child + 1] as Item, items[child] as Item)) child++
        const below = items[child] as Item
        if (!before(below, last)) break
        items[index] = below
        index = child
      }
      items[index] = last
      return first
    },
  }
}
