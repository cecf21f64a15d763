// Names that something else has.
import type { Known } from './known.ts'

export const names: Known[] = [
  {
    id: 'role-exists',
    when: /Role with name (?<role>\S+) already exists/,
    seen: 'aws-ia/terraform-aws-control_tower_account_factory#529',
    next: 'A role of that name was left by something else. Look at it (aws iam get-role --role-name {role}) and remove it.',
  },
  {
    id: 'log-group-exists',
    when: /'AWS::Logs::LogGroup' with identifier '\{"\/properties\/LogGroupName":"(?<group>[^"]+)"\}' already exists/,
    seen: 'aws-solutions/amazon-marketing-cloud-uploader-from-aws#167',
    next: 'A late writer made the log group again after an earlier destroy. Remove it: aws logs delete-log-group --log-group-name {group} --region {region}',
  },
  {
    id: 'name-in-stack',
    when: /(?<name>\S+) already exists in stack \S*?stack\/(?<stack>[\w-]+)/,
    seen: 'serverless/serverless#3237',
    next: '{name} belongs to the stack {stack} in {region}. Remove that stack, or choose another suffix.',
  },
  {
    id: 'identifier-exists',
    when: /Resource of type '(?<kind>[^']+)' with identifier '(?<name>[^']+)' already exists/,
    seen: 'aws-cloudformation/rain#744',
    next: 'A {kind} named {name} exists already and belongs to no stack here. Remove it, or choose another suffix.',
  },
  {
    id: 'name-exists',
    when: /already exists/i,
    seen: 'aws-samples/dataops-platform-airflow-dbt#1',
    next: 'Something of that name exists already and belongs to no stack here. Remove it, or choose another suffix.',
  },
]
