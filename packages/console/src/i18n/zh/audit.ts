import type { audit as english } from '../en/audit.js';
import type { Words } from '../words.js';

export const audit: Words<typeof english> = {
  audit: {
    title: '审计日志',
    when: '时间',
    who: '操作者',
    what: '操作',
    target: '对象',
    from: '来源地址',
    result: '结果',
    ok: '成功',
    request: '请求编号',
    since: '起始时间',
    until: '截止时间',
    difference: '变更前后',
    noDifference: '此操作没有改变任何值。',
    field: '字段',
    value: '值',
    before: '变更前',
    after: '变更后',
    export: '导出',
    refresh: '刷新',
    more: '再显示 {{n}} 条',
    none: '还没有任何操作。',
    noneMatch: '没有符合条件的记录，名称需完整匹配。',
  },
};
