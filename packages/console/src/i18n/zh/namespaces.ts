import type { namespaces as english } from '../en/namespaces.js';
import type { Words } from '../words.js';

export const namespaces: Words<typeof english> = {
  namespaces: {
    name: '名称',
    nameRule: 'A-Z、a-z、0-9 和 _，创建后不可更改。',
    lastValues: '最新值',
    kept: '保留',
    notKept: '不保留',
    grants: '授权数',
    createdBy: '创建者',
    create: '新建命名空间',
    missing: '此命名空间不存在，可能已被删除。',
    none: '还没有命名空间。主题和权限都属于某个命名空间。',
    keep: '保留每个主题的最新值',
    keepHint: '显示在主题的“最新值”页，从下一次发布起生效。',
    history: '在磁盘上保留历史',
    historyHint: '客户端可补齐缺失的消息并回放历史，从下一次发布起生效。',
    activateText: '启用后恢复发布和订阅。',
    deactivateText_other: '立即停止其 {{n}} 个主题的发布、订阅和投递。',
    delete: '删除命名空间',
    deleteText_other: '将永久删除此命名空间及其 {{n}} 个主题和历史数据。',
    losers_other: '{{n}} 个用户将失去角色：{{names}}',
  },
};
