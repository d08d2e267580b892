import type { Phrase } from './en.ts'
import { Vocabulary } from './vocabulary.ts'

const en = {
  fields_heading: 'Provision fields',
  fields_heading_client: 'Web hosting details',
  show_all: 'Show all ({count})',
  show_fewer: 'Show fewer',
  not_set: 'Not set',
  edit: 'Edit',
  edit_name: 'Edit {name}',
  save: 'Save',
  saving: 'Saving…',
  saved: '{name} is saved.',
  source_at: '{source}, {time}',
  changed_with: 'To change it, use “{name}”.',
} as const satisfies Record<string, Phrase>

/** The same in another language. */
export type FieldsWords = Readonly<Record<keyof typeof en, Phrase>>

/** What `<provision-fields>` says. */
export const fieldsWords = new Vocabulary(en, { ar: async () => (await import('./ar.ts')).fields })
