"""What the system, the network and its certificates say, in Chinese: rows of the table in lines.py.

The English is theirs: it comes with the operating system, with OpenSSL and with the HTTP library.
"""

from __future__ import annotations

from typing import Final

#: English as the system has it → Chinese.
SYSTEM: Final[dict[str, str]] = {
    "[Errno {n}] {reason}": "{reason}（系统错误 {n}）",
    # Files.
    "No such file or directory": "没有这个文件",
    "Permission denied": "没有权限",
    "Operation not permitted": "系统不允许",
    "Not a directory": "不是文件夹",
    "Is a directory": "是文件夹，不是文件",
    "File exists": "文件已存在",
    "File name too long": "文件名太长",
    "Too many levels of symbolic links": "链接层层相套",
    "Read-only file system": "磁盘只能读，不能写",
    "No space left on device": "磁盘已满",
    "Disk quota exceeded": "磁盘配额已用完",
    "File too large": "文件太大",
    "Input/output error": "磁盘读写出错",
    "Device or resource busy": "正被占用",
    "Too many open files": "打开的文件太多",
    "Cannot allocate memory": "内存不足",
    "Stale file handle": "网络磁盘上的文件已失效",
    # The network.
    "Connection refused": "对方拒绝连接",
    "Connection reset by peer": "连接被对方断开",
    "Connection timed out": "连接超时",
    "Broken pipe": "连接已断开",
    "Network is unreachable": "网络不通",
    "Network is down": "网络已断开",
    "No route to host": "到不了该主机",
    "Host is down": "对方主机没有开机",
    "Name or service not known": "域名解析不到",
    "Temporary failure in name resolution": "域名暂时解析不了",
    "No address associated with hostname": "该域名没有地址",
    "Non-recoverable failure in name resolution": "域名解析失败",
    "Server disconnected without sending a response.": "对方没有应答就断开了",
    # Certificates.
    "certificate has expired": "证书已过期",
    "certificate is not yet valid": "证书尚未生效",
    "self-signed certificate": "证书是自签的",
    "self-signed certificate in certificate chain": "证书链中有自签的证书",
    "self signed certificate": "证书是自签的",
    "self signed certificate in certificate chain": "证书链中有自签的证书",
    "unable to get local issuer certificate": "找不到签发证书的机构",
    "unable to verify the first certificate": "网站没有给出完整的证书链",
    "certificate revoked": "证书已吊销",
}  # fmt: skip
