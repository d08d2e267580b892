/**
 * The elements for whoever bundles them. Nothing here defines a tag: `define/provision.js` and its neighbours do. With
 * `registerLocale` and the vocabularies a host adds a language, or says some things in words of its own.
 */
export { ProvisionActionRequestEvent } from '../actions/action-request-event.ts'
export { ProvisionOperationEvent } from '../actions/operation-event.ts'
export { ProvisionActions } from '../actions/provision-actions.ts'
export { ProvisionConfiguration } from '../configuration/provision-configuration.ts'
export { configurationWords } from '../configuration/words.ts'
export { ProvisionFields } from '../fields/provision-fields.ts'
export { actionsWords } from '../locales/actions-words.ts'
export { doingWords } from '../locales/doing-words.ts'
export type { MessageKey, Messages, Phrase } from '../locales/en.ts'
export { fieldsWords } from '../locales/fields-words.ts'
export { formWords } from '../locales/form-words.ts'
export { type Locale, registerLocale } from '../locales/locale.ts'
export { logsWords } from '../locales/logs-words.ts'
export { usageWords } from '../locales/usage-words.ts'
export { ProvisionLogs } from '../logs/provision-logs.ts'
export {
  type ElementState,
  ProvisionErrorEvent,
  ProvisionStateEvent,
  ProvisionTokenRequestEvent,
} from '../parts/events.ts'
export { ProvisionSession } from '../session/session-element.ts'
export type { GetToken, TokenReason, TokenRequest } from '../session/token-source.ts'
export { VERSION } from '../session/version.ts'
export { ProvisionUsage } from '../usage/provision-usage.ts'
