import { type Row, type Table, testsOf } from './table.ts'
import { TABLES } from './tables.ts'
import { WITHIN } from './titles.ts'

/** Where the page stands. */
export const PAGE = new URL('./README.md', import.meta.url)

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

/** A reference as a link to its file. */
function linked(reference: string): string {
  const [file = '', ...path] = reference.split(WITHIN)
  const name = file.replace('tests/', '').replace('.test.ts', '')
  return `[${name}](../../../${file}): ${path.join(WITHIN)}`
}

function answerOf(row: Row): string {
  const tests = testsOf(row).map(linked)
  switch (row.met) {
    case 'yes':
      return [...(row.note === undefined ? [] : [row.note]), ...tests].join('<br>')
    case 'no':
      return [`**Not met.** ${row.why}`, `What would change it: ${row.change}`, ...tests].join(
        '<br>',
      )
    case 'not applicable':
      return [`Not applicable. ${row.why}`, ...tests].join('<br>')
  }
}

function section(table: Table): string {
  const count = (met: Row['met']) => table.rows.filter((row) => row.met === met).length
  return [
    `## ${table.name}`,
    `${table.about} Source: <${table.url}>.`,
    `${count('yes')} met, ${count('no')} not met, ${count('not applicable')} not applicable.`,
    [
      '| | asked for | met | where, or why not |',
      '| --- | --- | --- | --- |',
      ...table.rows.map(
        (row) => `| ${row.id} | ${cell(row.says)} | ${row.met} | ${cell(answerOf(row))} |`,
      ),
    ].join('\n'),
  ].join('\n\n')
}

/** The page as the tables make it. */
export function page(): string {
  const open = TABLES.flatMap(({ name, rows }) =>
    rows.flatMap((row) => (row.met === 'no' ? [`- ${name}, ${row.id}: ${row.why}`] : [])),
  )
  return `${[
    '# What the standards ask for, and which test shows it',
    'Made from the tables beside it by `npm run pages`; a test compares the two. Another proves that every test named here exists and is not skipped, and that every requirement is answered exactly once. The words of the requirements are ours; the sources have the letter. The threat model is in [`SECURITY.md`](../../../SECURITY.md).',
    '## Not met',
    open.length === 0 ? 'Nothing.' : open.join('\n'),
    ...TABLES.map(section),
  ].join('\n\n')}\n`
}
