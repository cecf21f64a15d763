// What outside frameworks ask for, and the rules that hold it: for the people who have to show it to an auditor.
// FedRAMP Moderate takes its controls from NIST SP 800-53 rev. 5; the citizen system is aligned with them, not authorised.

export interface Control {
  framework: 'NIST 800-53' | 'FERPA' | 'GDPR'
  id: string
  title: string
  /** Ids of rules. */
  rules: string[]
}

const atRest = ['encryption/customer-key', 'encryption/replica-key', 'encryption/key-region']
const onTheWay = [
  'encryption/tls-policy',
  'encryption/tls-setting',
  'transit/database',
  'transit/files',
  'transit/mount',
  'transit/listener',
]
const boundary = [
  'exposure/public-bucket',
  'exposure/open-ingress',
  'exposure/all-ports',
  'exposure/public-address',
  'exposure/public-database',
  'exposure/anyone',
  'exposure/open-route',
]
const leastPrivilege = ['access/all-actions', 'access/all-resources', 'access/reason', 'access/own-role']
const recorded = ['logging/function-group', 'logging/api', 'logging/flow-log', 'logging/database']
const recoverable = ['continuity/backups', 'continuity/point-in-time']

export const controls: Control[] = [
  {
    framework: 'NIST 800-53',
    id: 'AC-3',
    title: 'Access enforcement',
    rules: ['exposure/open-route', 'exposure/anyone'],
  },
  { framework: 'NIST 800-53', id: 'AC-6', title: 'Least privilege', rules: [...leastPrivilege, 'access/boundary'] },
  { framework: 'NIST 800-53', id: 'AU-2', title: 'Event logging', rules: recorded },
  {
    framework: 'NIST 800-53',
    id: 'AU-3',
    title: 'Content of audit records',
    rules: ['logging/api', 'logging/database'],
  },
  {
    framework: 'NIST 800-53',
    id: 'AU-9',
    title: 'Protection of audit information',
    rules: ['encryption/customer-key'],
  },
  { framework: 'NIST 800-53', id: 'AU-11', title: 'Audit record retention', rules: ['logging/retention'] },
  { framework: 'NIST 800-53', id: 'AU-12', title: 'Audit record generation', rules: recorded },
  {
    framework: 'NIST 800-53',
    id: 'CM-6',
    title: 'Configuration settings',
    rules: ['names/classified', 'names/own-tags'],
  },
  { framework: 'NIST 800-53', id: 'CP-6', title: 'Alternate storage site', rules: ['continuity/zones'] },
  { framework: 'NIST 800-53', id: 'CP-9', title: 'System backup', rules: recoverable },
  { framework: 'NIST 800-53', id: 'CP-10', title: 'System recovery', rules: ['continuity/zones', ...recoverable] },
  {
    framework: 'NIST 800-53',
    id: 'IA-5',
    title: 'Authenticator management',
    rules: ['continuity/rotation', 'access/secrets', 'access/visible-secret'],
  },
  { framework: 'NIST 800-53', id: 'SC-7', title: 'Boundary protection', rules: boundary },
  { framework: 'NIST 800-53', id: 'SC-8', title: 'Transmission confidentiality and integrity', rules: onTheWay },
  {
    framework: 'NIST 800-53',
    id: 'SC-12',
    title: 'Cryptographic key management',
    rules: ['encryption/key-rotation', 'encryption/key-region'],
  },
  { framework: 'NIST 800-53', id: 'SC-13', title: 'Cryptographic protection', rules: [...atRest, ...onTheWay] },
  { framework: 'NIST 800-53', id: 'SC-28', title: 'Protection of information at rest', rules: atRest },
  {
    framework: 'NIST 800-53',
    id: 'SI-4',
    title: 'System monitoring',
    rules: ['logging/alarm-actions', 'alarms/region'],
  },
  {
    framework: 'FERPA',
    id: '34 CFR 99.31(a)(1)(ii)',
    title: 'Reasonable methods to limit access to education records',
    rules: [...leastPrivilege, ...boundary],
  },
  {
    framework: 'FERPA',
    id: '34 CFR 99.32',
    title: 'A record of access to education records',
    rules: ['logging/database', 'logging/retention'],
  },
  { framework: 'GDPR', id: 'Art. 5(1)(e)', title: 'Storage limitation', rules: ['logging/retention'] },
  {
    framework: 'GDPR',
    id: 'Art. 25',
    title: 'Data protection by design and by default',
    rules: [...boundary, ...leastPrivilege],
  },
  {
    framework: 'GDPR',
    id: 'Art. 30',
    title: 'Records of processing: the kind of data is known',
    rules: ['names/classified'],
  },
  { framework: 'GDPR', id: 'Art. 32(1)(a)', title: 'Encryption of personal data', rules: [...atRest, ...onTheWay] },
  { framework: 'GDPR', id: 'Art. 32(1)(b)', title: 'Ongoing availability and resilience', rules: ['continuity/zones'] },
  { framework: 'GDPR', id: 'Art. 32(1)(c)', title: 'Restoring access in a timely manner', rules: recoverable },
]

/** `NIST 800-53 SC-28`: the controls that a rule helps to hold. */
export const controlsOf = (rule: string): string[] =>
  controls.filter(({ rules }) => rules.includes(rule)).map(({ framework, id }) => `${framework} ${id}`)
