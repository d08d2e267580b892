import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { root, sources } from '../../house/tree.ts'
import { Titles, WITHIN } from './titles.ts'

const titles = new Titles(sources(['tests'], /\.test\.ts$/))

/** What stands between backticks outside of blocks of code; a line's end there is a space. */
function spansOf(text: string): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, '')
  return [...prose.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span.replaceAll(/\s+/g, ' '))
}

const referencesIn = (text: string) => spansOf(text).filter((span) => span.includes(WITHIN))
const filesIn = (text: string) =>
  spansOf(text).filter((span) => /^(?:bff|db|tests|widgets)\/[\w./-]+\.\w+$/.test(span))

/** Everything that is wrong with the page. Pure but for looking whether files are there. */
function faultsOf(text: string): string[] {
  const threats = /^## Threats$([\s\S]*?)^## /m.exec(text)?.[1] ?? ''
  const sections = threats.split(/^### /m).slice(1)
  const resources = /^## Resources$([\s\S]*?)^## /m.exec(text)?.[1] ?? ''
  const rows = resources.split('\n').filter((line) => /^\| (?!what |-)/.test(line))
  return [
    ...(sections.length < 10 ? ['it names hardly any threat'] : []),
    ...sections.flatMap((section) => {
      const [name = ''] = section.split('\n')
      const part = (label: string) =>
        new RegExp(`^- \\*\\*${label}:\\*\\*([\\s\\S]*?)(?=^- \\*\\*|(?![\\s\\S]))`, 'm').exec(
          section,
        )?.[1] ?? ''
      const stops = part('Stops it').trim()
      return [
        ...(stops === '' ? [`${name}: does not say what stops it`] : []),
        ...(filesIn(stops).length === 0 &&
        !stops.startsWith('nothing.') &&
        !stops.includes('`package-lock.json`')
          ? [`${name}: does not say where in the source`]
          : []),
        ...(referencesIn(part('Tests')).length === 0 ? [`${name}: names no test`] : []),
        ...(part('Left').trim() === '' ? [`${name}: does not say what is left`] : []),
      ]
    }),
    ...rows.filter((row) => referencesIn(row).length === 0).map((row) => `no test: ${row}`),
    ...referencesIn(text).flatMap((reference) => titles.fault(`tests/${reference}`) ?? []),
    ...filesIn(text)
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => `there is no ${path}`),
  ]
}

const page = readFileSync(join(root, 'SECURITY.md'), 'utf8')

describe('SECURITY.md', () => {
  it('has a test for every claim, a place in the source for every defence, and says what is left', () =>
    assert.deepEqual(faultsOf(page), []))
  it('names more than a few tests', () => assert.ok(referencesIn(page).length > 60))
})

describe('a page that claims too much', () => {
  const said = (from: string, to: string) => {
    assert.ok(page.includes(from), from)
    return faultsOf(page.replace(from, to)).length
  }
  const reference = referencesIn(page).find((one) => page.includes(`\`${one}\``)) ?? ''
  for (const [what, from, to] of [
    ['a test that is not there', reference, `${reference} x`],
    ['a file that is not there', '`bff/vault/seal.ts`', '`bff/vault/steel.ts`'],
    ['nothing that stops it', '- **Stops it:** the token is', '- the token is'],
    ['nothing that is left', '- **Left:** what a client sees', '- what a client sees'],
  ] as const)
    it(`is found: ${what}`, () => assert.ok(said(from, to) > 0))
})
