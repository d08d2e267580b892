import type { PublicElement } from './manifest.ts'
import type { Named } from './manifest-schema.ts'

const BEGIN = '<!-- reference: made from the doc comments by `npm run pages` -->'
const END = '<!-- /reference -->'

/** A cell of a table: a bar would end it, and a tag would be one. */
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')

/** Columns are as wide as their widest cell, as the formatter of the house has them. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return []
  const cells = [head, ...rows].map((row) => row.map(cell))
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    `| ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [first = '', ...rest] = cells.map(line)
  return [first, line(widths.map((width) => '-'.repeat(width))), ...rest, '']
}

const code = (text: string) => `\`${text}\``

const plainDefault = (text: string | undefined) =>
  text === undefined || text === 'null' || text === 'undefined' ? '' : code(text)

/** What a page may use of an element, as Markdown. Pure. */
export function referenceOf(element: PublicElement): string {
  const members = element.members ?? []
  const attributes = (element.attributes ?? []).map((attribute) => [
    code(attribute.name),
    attribute.fieldName === undefined ? '' : code(attribute.fieldName),
    code(attribute.type?.text ?? 'string'),
    plainDefault(attribute.default),
    attribute.description ?? '',
  ])
  const others = members
    .filter((member) => !('attribute' in member))
    .map((member) => [
      member.kind === 'method' ? code(`${member.name}()`) : code(member.name),
      code(
        member.kind === 'method'
          ? (member.return?.type?.text ?? 'void')
          : (member.type?.text ?? ''),
      ),
      member.description ?? '',
    ])
  const events = (element.events ?? []).map(({ name = '', type, description }) => [
    code(name),
    code(type?.text ?? 'Event'),
    description ?? '',
  ])
  const said = (list: readonly Named[] | undefined) =>
    (list ?? []).map(({ name, description }) => [
      name === '' ? 'default' : code(name),
      description ?? '',
    ])
  return [
    BEGIN,
    '',
    ...table(['attribute', 'property', 'type', 'default', 'meaning'], attributes),
    ...table(['property or method', 'type', 'meaning'], others),
    ...table(['event', 'class', 'when'], events),
    ...table(['slot', 'what it is for'], said(element.slots)),
    ...table(['part', 'what it is'], said(element.cssParts)),
    ...table(['custom property', 'meaning'], said(element.cssProperties)),
    ...table(['`:state()`', 'meaning'], said(element.cssStates)),
    END,
  ].join('\n')
}

/**
 * A page with its reference as it should be. Pure.
 *
 * @throws when the page has no place for one
 */
export function withReference(page: string, element: PublicElement): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (begin === -1 || end < begin)
    throw new Error(`the page of <${element.tagName}> has no place for its reference`)
  return page.slice(0, begin) + referenceOf(element) + page.slice(end + END.length)
}
