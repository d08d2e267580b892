import type { Hono } from 'hono'
import { PROBLEMS } from '../contract/problem.ts'
import type { Say } from '../operations/present.ts'
import { directionOf, LANGUAGES } from '../texts/languages.ts'
import { describeProblems } from './describe.ts'
import type { Env } from './route.ts'

const MARKUP: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => MARKUP[character] ?? '')
}

/** The page a problem's `type` leads to: a section per code, with the code as its anchor. No style, no script. Pure. */
export function errorsPage(say: Say, language: string): string {
  const direction = directionOf(LANGUAGES.find((known) => known === language) ?? LANGUAGES[0])
  const word = (code: string) => escaped(say({ code }).text)
  const sections = Object.entries(PROBLEMS).map(
    ([code, { status, retryable }]) =>
      `<section id="${escaped(code)}">
<h2><code>${escaped(code)}</code></h2>
<p>${status}: ${word(`problem.${code}`)}</p>
<p>${word(retryable ? 'problem_page.later' : 'problem_page.never')}</p>
</section>`,
  )
  return `<!doctype html>
<html lang="${escaped(language)}" dir="${direction}">
<head><meta charset="utf-8"><title>${word('problem_page.title')}</title></head>
<body>
<h1>${word('problem_page.title')}</h1>
<p>${word('problem_page.intro')}</p>
${sections.join('\n')}
</body>
</html>
`
}

/** Whether a reader wants a page rather than data: browsers name HTML, programs do not. Pure. */
function wantsPage(accept: string | undefined): boolean {
  return /(^|[\s,])text\/html\s*(;|,|$)/i.test(accept ?? '')
}

/**
 * `GET /errors`, below `/v1`: where the `type` of every problem leads. A page in the reader's language for who accepts
 * HTML, else JSON `{errors: [{code, status, retryable}]}`.
 */
export function errorsRoute(v1: Hono<Env>): void {
  v1.get('/errors', (c) => {
    const { say, language } = c.get('facts')
    c.header('vary', 'Accept, Accept-Language')
    c.header('cache-control', 'no-store')
    return wantsPage(c.req.header('accept'))
      ? c.html(errorsPage(say, language))
      : c.json({ errors: describeProblems() })
  })
}
