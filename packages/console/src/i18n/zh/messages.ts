import type { messages as english } from '../en/messages.js';
import type { Words } from '../words.js';

export const messages: Words<typeof english> = {
  messages: {
    views: '视图',
    save: '保存此视图',
    viewName: '视图名称',
    savedHere: '保存在此浏览器中，包含模式和筛选条件。',
    replaces: '将替换视图“{{name}}”。',
    remove: '删除视图“{{name}}”',
    noNamespace: '还没有命名空间。消息属于某个命名空间。',
  },
  logs: {
    search: '文本或 Broker 的组件',
    level: '最低级别',
    levels: { debug: '调试', info: '信息', warn: '警告', error: '错误' },
    lines_other: '{{n}} 行',
    older: '显示更早的日志',
    isWhole: 'Broker 内存中没有更早的日志，请查看日志文件。',
    none: '没有符合条件的日志。',
  },
};
