/**
 * The broker's error codes in Chinese. The broker's own sentence, in English, names the value and the limit, and stands below. An
 * error whose code is missing here is shown with that sentence alone.
 */
export const failureWords: Readonly<Record<string, string>> = {
  BAD_INPUT: '输入有误，请检查后重试。',
  BAD_REQUEST: '请求格式错误。',
  NOT_AUTHENTICATED: '登录已失效，请重新登录。',
  WRONG_PASSWORD: '当前密码不正确。',
  PASSWORD_CHANGE_REQUIRED: '请先修改密码。',
  FORBIDDEN: '没有执行此操作的权限。',
  NOT_FOUND: '该对象不存在，可能已被删除。',
  ADMIN_ONLY: '此类型的用户不能发布或订阅。',
  CLOSED: '该连接已关闭。',
  DUPLICATE: '同名对象已存在。',
  HAS_TOPICS: '该命名空间仍有主题。',
  LAST_SUPER_ADMIN: '必须至少保留一位可登录的超级管理员。',
  LIMIT_REACHED: '已达到上限。',
  NAMESPACE_INACTIVE: '该命名空间已停用。',
  TOO_LARGE: '内容过大。',
  BUSY: 'Broker 正忙，请稍后重试。',
  TOO_MANY_LOGINS: '登录尝试过于频繁，请稍后重试。',
  TOO_MANY_STREAMS: '打开的实时页面过多，请关闭一些后重试。',
  TOO_MANY_TAPS: '同时查看实时消息的页面过多，请关闭一些后重试。',
  SUPER_ADMIN_ONLY: '只有超级管理员可以执行此操作。',
  STORE_BUSY: '数据库正忙，请稍后重试。',
  STORE_LOCKED: '数据库被其他进程锁定，更改未保存。',
  STORE_FULL: '数据库所在磁盘已满，更改未保存。',
  STORE_READ_ONLY: '数据库只读，更改未保存。',
  STORE_FAILED: '数据库出错，更改未保存。',
  INTERNAL: 'Broker 内部错误，详情见 Broker 日志。',
};
