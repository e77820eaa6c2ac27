/**
 * One call over the network to somebody outside, who does `answer` in one piece. It may be slow, fail before or after that, or reach him twice: what
 * comes back then is a rejection, or the later answer.
 */
export type Wire = <Answer>(call: string, answer: () => Answer) => Promise<Answer>
