"""What stands against the database, in Chinese: rows of the table in lines.py."""

from __future__ import annotations

from typing import Final

#: English as raised → Chinese.
DATABASE: Final[dict[str, str]] = {
    "the database is in use by another program; try again in a moment": (
        "数据库正被别的程序占用；请稍后再试"
    ),
    "somebody else was changing the same entries; try again": "别人正在改动同一条目；请再试一次",
    "the database cannot be written; check its permissions and its folder's": (
        "数据库写不进去；请检查它和所在文件夹的权限"
    ),
    "the database was opened for reading only": "数据库以只读方式打开",
    "the disk is full; free some space, nothing was written": "磁盘已满；请腾出空间，未写入任何内容",
    "the disk cannot be read or written": "磁盘读写出错",
    "the database cannot be opened; check path and permissions": ("数据库打不开；请检查路径和权限"),
    "this file is no database; check database_url or restore a backup": (
        "这个文件不是数据库；请检查 database_url，或从备份恢复"
    ),
    "the database is damaged; restore a backup": "数据库已损坏；请从备份恢复",
    "the schema is incomplete; run: tracker migrate": "库表不完整；请运行：tracker migrate",
    "user or password is refused; check database_url": ("用户名或密码不对；请检查 database_url"),
    "it does not exist; check database_url, or run: tracker migrate": (
        "不存在；请检查 database_url，或运行：tracker migrate"
    ),
    "no server answers there; start it or check database_url": (
        "那里没有服务器应答；请启动它，或检查 database_url"
    ),
    "the server's name is unknown; check database_url": "服务器域名解析不到；请检查 database_url",
    "the database has schema {found}, this program knows {known}; install the newer version: {how}": (
        "数据库的版本是 {found}，本程序只到 {known}；请安装新版本：{how}"
    ),
    "no WAL on this file system ({mode}); move the data folder to a local disk": (
        "这种文件系统不支持 WAL（{mode}）；请把数据文件夹移到本机磁盘上"
    ),
    "database_url is unusable: {reason}": "database_url 不能用：{reason}",
    "the database driver {name} is missing; install it with: {how}": (
        "缺少数据库驱动 {name}；请安装：{how}"
    ),
    "cannot make the data folder: {reason}": "建不了数据文件夹：{reason}",
    "there is no folder {folder}; make it, or correct database_url": (
        "没有文件夹 {folder}；请先建好，或改正 database_url"
    ),
    "the history is broken at link {link}": "变更记录在第 {link} 环断开",
}
