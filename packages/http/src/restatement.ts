/** What a page of restating came to. */
export interface Restated {
  readonly restated: number
  /** Where the next page begins; null when this was the last. */
  readonly next: string | null
}
export type Restate = (after: string | undefined, limit: number) => Promise<Restated>

/**
 * A service's facts told again, page by page, for those who keep projections of them and may have missed something.
 * @param ids of what it keeps, in their order, after the given one
 * @param tell emits the fact of one
 */
export const restatement =
  (ids: (after: string | undefined, limit: number) => Promise<readonly string[]>, tell: (id: string) => Promise<unknown>): Restate =>
  async (after, limit) => {
    const page = await ids(after, limit)
    await Promise.all(page.map(tell))
    return { restated: page.length, next: page.length < limit ? null : (page.at(-1) ?? null) }
  }
