// Preloaded into every service of the chaos stack: with CLOCK_SHIFT_MS its wall clock is wrong by so much. Timers run on the monotonic clock and the
// database has its own, as on a real machine whose date is wrong.
const shiftMs = Number(process.env.CLOCK_SHIFT_MS ?? 0)

if (shiftMs !== 0) {
  const RealDate = Date
  const now = () => RealDate.now() + shiftMs
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given, newTarget) => Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
  })
}
