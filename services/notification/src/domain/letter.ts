import { assertNever } from '@murmuration/contracts'
import { format } from '@murmuration/money'
import type { News } from './news.ts'

/** A message as it is sent; `html` says the same as `text`. */
export interface Letter {
  readonly subject: string
  readonly text: string
  readonly html: string
}

const whyCancelled = {
  out_of_stock: 'something that you ordered is out of stock',
  payment_failed: 'the payment did not succeed',
  expired: 'the payment did not come in time',
  by_customer: 'you asked us to',
} as const

function wording(news: News): { subject: string; paragraphs: readonly string[] } {
  const { orderId } = news
  switch (news.template) {
    case 'order_confirmed':
      return {
        subject: 'Your order is confirmed',
        paragraphs: [`Thank you. Your order ${orderId} of ${format(news.total)} is paid and confirmed.`],
      }
    case 'order_cancelled':
      return {
        subject: 'Your order is cancelled',
        paragraphs: [
          `Your order ${orderId} of ${format(news.total)} is cancelled, because ${whyCancelled[news.reason]}.`,
          'If you have paid already, the money is on its way back to you; we write again when it is.',
        ],
      }
    case 'payment_refunded':
      return {
        subject: 'Your refund',
        paragraphs: [
          `We have paid ${format(news.amount)} back for your order ${orderId}${news.full ? ', which is all that you had paid' : ''}.`,
        ],
      }
    case 'order_failed':
      return {
        subject: 'There is a problem with your order',
        paragraphs: [`We could not carry out your order ${orderId}. We are sorry. You will not be charged for it.`],
      }
    case 'return_approved':
      return {
        subject: 'Your return is accepted',
        paragraphs: [
          `We take back what you return of your order ${orderId}. What you have paid for it, up to ${format(news.amount)}, is on its way back to you; we write again when it is.`,
        ],
      }
    case 'return_rejected':
      return {
        subject: 'Your return is not accepted',
        paragraphs: [`We cannot take back what you wanted to return of your order ${orderId}. The reason: ${news.reason}`],
      }
    default:
      return assertNever(news)
  }
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')

/** The letter that tells somebody of that name of the news. */
export function write(news: News, name: string): Letter {
  const { subject, paragraphs } = wording(news)
  const all = [`Hello ${name},`, ...paragraphs, 'Murmuration']
  const body = all.map((paragraph) => `<p>${escaped(paragraph)}</p>`).join('\n')
  return {
    subject,
    text: `${all.join('\n\n')}\n`,
    html: `<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>${escaped(subject)}</title></head>\n<body>\n${body}\n</body>\n</html>\n`,
  }
}
