import type { Phrase } from '../locales/en.ts'
import type { Localize, PhraseParams } from '../locales/localize.ts'
import { Vocabulary } from '../locales/vocabulary.ts'

export const en = {
  heading: 'Servers',
  heading_one: 'Server',
  heading_choice: 'Server of this service',
  empty: 'There is no server yet. Add the first one; its connection is then tested.',
  add: 'Add server',
  add_heading: 'Add a server',
  edit: 'Edit',
  edit_heading: 'Edit {name}',
  test: 'Test connection',
  testing: 'Testing the connection… This can take half a minute.',
  test_of: 'Connection of {name}: {result}',
  untested: 'The connection was not tested yet.',
  tested_at: 'Tested {time}.',
  version: 'Version {version}.',
  disable: 'Disable',
  enable: 'Enable',
  remove: 'Delete',
  trust: 'Trust this certificate',
  distrust: 'Remove the pin',
  save: 'Save',
  disabled: 'Disabled',
  label: 'Name',
  label_help: 'What your colleagues call it.',
  host: 'Host',
  host_help: 'Its name or address alone, such as server1.example.com.',
  port: 'Port',
  user: 'User',
  user_help: 'The user the token belongs to: root or a reseller.',
  token: 'API token',
  token_help: 'It is sealed and never shown again.',
  token_again: 'Type the token again: it is not kept here once it was sent.',
  token_set: 'Set. It cannot be shown.',
  token_unset: 'Not set',
  replace_token: 'Replace the token',
  replace_help: 'A token is set and cannot be shown. A new host or port needs it typed anew.',
  replace_fixed_help: 'A token is set and cannot be shown.',
  fingerprint: 'Certificate fingerprint (SHA-256)',
  pin: 'Certificate fingerprint, key or authority',
  pin_help:
    'Only for a certificate that is not from a public authority: its SHA-256 fingerprint, its key as sha256/…, or the certificate of your authority (PEM). Left empty, you can look at it after the test and trust it then.',
  key: 'Key (SHA-256)',
  address: 'Address',
  fixed: 'Host and port are fixed: services use this server.',
  certificate: 'Certificate',
  certificate_public: 'Must be from a public authority',
  certificate_ca: 'Must be from the authority that was given',
  certificate_pinned: 'Pinned:',
  certificate_key: 'Pinned key:',
  services: 'Services',
  services_none: 'No service uses it',
  services_some: { one: 'One service uses it', other: '{count} services use it' },
  subject: 'Issued to',
  issuer: 'Issued by',
  valid_to: 'Valid until',
  next_name_not_found: 'Check the host for a slip of the pen, then test again.',
  next_refused: 'Check host and port, and that the server’s firewall lets us in. Then test again.',
  next_timeout:
    'Check host and port, and that the server is up and its firewall lets us in. Then test again.',
  next_certificate:
    'Compare this fingerprint with the one the server itself shows. Trust it only if they are equal.',
  next_token_refused:
    'Check the user, or replace the token, and see that it may be used from here. Then test again.',
  next_too_old: 'Update the server, then test again.',
  next_not_whm: 'Check host and port: 2087 is the usual one. Then test again.',
  next_address_forbidden: 'Choose another host, or ask the operator to allow this one.',
  rights: 'Rights of the token',
  rights_unknown: 'Rights of the token: not known before a successful test',
  rights_count: 'Rights of the token: {done} of {total} actions',
  right_action: 'Action',
  right_state: 'Right',
  right_ok: 'Allowed',
  right_missing: 'Lacks',
  right_unknown: 'Not known',
  disable_heading: 'Disable {name}?',
  disable_text: 'Nothing is sent to this server until it is enabled again. Its accounts run on.',
  remove_heading: 'Delete {name}?',
  remove_text:
    'Its token is erased here. Nothing changes on the server: revoke the token there if nobody else uses it.',
  trust_heading: 'Trust the certificate of {name}?',
  trust_text:
    'From now on this server is only talked to if it shows exactly this certificate. The connection is then tested.',
  trust_other: 'Go on only if you know why it has changed: another one is pinned now.',
  distrust_heading: 'Remove the pin of {name}?',
  distrust_text:
    'The server’s certificate must then be from a public authority, or nothing is sent to it. The connection is then tested.',
  refused_heading: 'This was not done',
  unsure_heading: 'No answer came',
  unsure: 'Whether it was done is not known. Look at what is shown here before you try again.',
  done_add: '{name} was added.',
  done_edit: '{name} was saved.',
  done_disable: '{name} is disabled.',
  done_enable: '{name} is enabled.',
  done_remove: '{name} was deleted.',
  done_trust: 'The certificate of {name} is trusted.',
  done_distrust: 'The pin of {name} was removed.',
  done_choose: 'This service is now on {name}.',
  chosen: 'Now: {name}',
  chosen_none: 'No server is chosen yet: nothing can be done with this service.',
  chosen_fixed: 'It cannot be changed while the service has an account.',
  choice: 'Server to use',
  choose: 'Use this server',
  choice_none: 'There is no enabled server to choose.',
} as const satisfies Record<string, Phrase>

export type WordKey = keyof typeof en
export type Words = Readonly<Record<WordKey, Phrase>>

/** The words of `<provision-configuration>`; `register()` gives it another language. */
export const configurationWords = new Vocabulary<WordKey>(en, {
  ar: async () => (await import('./words.ar.ts')).ar,
})

/** Says a word of this element in the language of where it stands. */
export type Say = (key: WordKey, params?: PhraseParams) => string

export function sayingIn(localize: Localize): Say {
  return (key, params) => localize.say(configurationWords, key, params)
}
