import type { Phrase } from './en.ts'
import { Vocabulary } from './vocabulary.ts'

const en = {
  export: 'Export',
  export_help:
    'A file with every entry that matches, not only those shown: CSV for a spreadsheet, or JSON Lines, which prove that nothing was changed.',
  export_csv: 'Save as CSV',
  export_jsonl: 'Save as JSON Lines',
  export_stop: 'Stop',
  export_preparing: 'The file is being prepared…',
  export_done: {
    one: '{name} is ready, with one entry. Your browser saves it.',
    other: '{name} is ready, with {count} entries. Your browser saves it.',
  },
  export_none: 'No entry matches, so there is nothing to save.',
  export_too_large:
    'There are more entries than a page can put into one file. Nothing was saved. Look for less, or ask the operator for the whole log.',
  export_cut: 'The file broke off before its end. Nothing was saved. Try again.',
  export_stopped: 'Stopped. Nothing was saved.',
} as const satisfies Record<string, Phrase>

/** The same in another language. */
export type ExportWords = Readonly<Record<keyof typeof en, Phrase>>

/** What saving a log as a file says. */
export const exportWords = new Vocabulary(en, {
  ar: async () => (await import('./ar-export.ts')).exporting,
})
