import { createHash } from 'node:crypto'
import { html, raw } from 'hono/html'
import { FAILURE_PLACES, FAILURES, type Failure, failurePath } from '../contract/failures.ts'
import { directionOf, LANGUAGES } from '../texts/languages.ts'
import { failureView, type Voices } from './failure-view.ts'

type Markup = ReturnType<typeof html>

const STYLE = `
:root { color-scheme: light dark; background: Canvas; color: CanvasText; font: 1rem/1.6 system-ui, sans-serif; }
body { max-inline-size: 46rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 1rem 0; }
h2 { font-size: 1.125rem; margin: 0 0 .5rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p { margin: .25rem 0; }
code { font: .95em ui-monospace, monospace; }
section { border-block-start: 1px solid color-mix(in srgb, currentColor 25%, transparent); margin-block-start: 1.75rem; padding-block-start: 1.25rem; }
dl { display: grid; grid-template-columns: 1fr; gap: 0 1rem; margin: .25rem 0; }
dt { font-weight: 600; }
dd { margin: 0 0 .5rem; }
@media (min-width: 34rem) { dl { grid-template-columns: 11rem 1fr; } }
ul { list-style: none; margin: 0; padding: 0; }
li { padding-block: .5rem; }
li p { margin: 0; }
a { color: light-dark(#0b57d0, #a8c7fa); padding-block: .25rem; }
a:focus-visible { outline: 2px solid; outline-offset: 2px; }
.note { opacity: .8; }
footer { margin-block-start: 2.5rem; }
`

/** What the policy of these pages lets through: SHA-256 of their one style sheet, base64. */
export const STYLE_DIGEST = createHash('sha256').update(STYLE).digest('base64')

const styleElement = raw(`<style>${STYLE}</style>`)

/** What every page of ours has around its content. Pure. */
function page(language: string, title: string, content: Markup): string {
  const dir = directionOf(LANGUAGES.find((known) => known === language) ?? LANGUAGES[0])
  return String(html`<!doctype html>
<html lang="${language}" dir="${dir}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${styleElement}
</head>
<body>
${content}
</body>
</html>
`)
}

function codeName(code: string): Markup {
  return html`<code dir="ltr" translate="no">${code}</code>`
}

/** The page of all codes, by the place they are met. Pure. */
export function failuresPage(voices: Voices, language: string): string {
  const word = (code: string) => voices.say({ code: `failure_page.${code}` }).text
  const seen = new Set<string>()
  const entry = (failure: Failure) => {
    const { code, status } = failure
    const { text } = failureView(failure, voices)
    // The same code in another place is another line, and an id stands once on a page.
    const id = seen.has(code) ? '' : html` id="${code}"`
    seen.add(code)
    return html`<li${id}><p><a href="${failurePath(code)}">${codeName(code)}</a>${status === undefined ? '' : ` ${status}`}</p><p>${text.staff}</p></li>
`
  }
  const sections = FAILURE_PLACES.map(
    (place) => html`<section aria-labelledby="in-${place}">
<h2 id="in-${place}">${voices.say({ code: `failure_place.${place}` }).text}</h2>
<ul>
${FAILURES.filter((failure) => failure.place === place).map(entry)}</ul>
</section>
`,
  )
  return page(
    language,
    word('title'),
    html`<main>
<h1>${word('title')}</h1>
<p>${word('intro')}</p>
${sections}</main>
<footer class="note"><p>${word('reference')}</p></footer>`,
  )
}

/**
 * The page of one code: a section for each place it is met in. Pure.
 *
 * @param failures of that code; at least one
 */
export function failurePage(
  code: string,
  failures: readonly Failure[],
  voices: Voices,
  language: string,
): string {
  const word = (name: string) => voices.say({ code: `failure_page.${name}` }).text
  const section = (failure: Failure) => {
    const { place, status, retryable, text, meaning, next } = failureView(failure, voices)
    return html`<section aria-labelledby="in-${place}">
<h2 id="in-${place}">${voices.say({ code: `failure_place.${place}` }).text}</h2>
${
  status === undefined
    ? ''
    : html`<p class="note">${voices.say({ code: 'failure_page.status', params: { status: String(status) } }).text}</p>`
}
<h3>${word('happened')}</h3>
<dl>
<dt>${word('exact')}</dt><dd>${text.staff}</dd>
<dt>${word('calm')}</dt><dd>${text.client}</dd>
</dl>
<h3>${word('meaning')}</h3>
<p>${meaning}</p>
<h3>${word('next')}</h3>
<dl>
<dt>${word('client')}</dt><dd>${next.client}</dd>
<dt>${word('staff')}</dt><dd>${next.staff}</dd>
<dt>${word('developer')}</dt><dd>${next.developer}</dd>
<dt>${word('operator')}</dt><dd>${next.operator}</dd>
</dl>
<h3>${word('again')}</h3>
<p>${word(retryable ? 'later' : 'never')}</p>
</section>
`
  }
  return page(
    language,
    `${code} – ${word('title')}`,
    html`<nav><a href="/v1/errors">${word('all')}</a></nav>
<main>
<h1>${codeName(code)}</h1>
${failures.map(section)}</main>
<footer class="note"><p>${word('reference')}</p></footer>`,
  )
}
