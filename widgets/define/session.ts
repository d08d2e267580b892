import { define } from '../parts/define.ts'
import { ProvisionSession } from '../session/session-element.ts'

define('provision-session', ProvisionSession)
