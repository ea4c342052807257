namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>A libvirt call failed; carries libvirt's own code and message.</summary>
internal sealed class LibvirtException(string call, int code, string message)
    : Exception($"{call} failed: {message} (libvirt error {code})")
{
    /// <summary>VIR_ERR_NO_SUPPORT: the driver does not have this call.</summary>
    public const int NoSupport = 3;

    /// <summary>VIR_ERR_OPERATION_DENIED: not allowed on a read-only connection.</summary>
    public const int OperationDenied = 29;

    /// <summary>VIR_ERR_NO_DOMAIN: the domain is gone.</summary>
    public const int NoDomain = 42;

    /// <summary>VIR_ERR_NO_NETWORK: there is no such network.</summary>
    public const int NoNetwork = 43;

    /// <summary>VIR_ERR_NO_STORAGE_POOL: the pool is gone.</summary>
    public const int NoStoragePool = 49;

    /// <summary>VIR_ERR_NO_STORAGE_VOL: the volume is gone.</summary>
    public const int NoStorageVolume = 50;

    /// <summary>VIR_ERR_OPERATION_INVALID: not possible in this state, such as a domain that is off.</summary>
    public const int OperationInvalid = 55;

    public int Code { get; } = code;

    /// <summary>The error of the call that just failed; must be asked on the thread that made the call.</summary>
    public static unsafe LibvirtException Last(string call)
    {
        var error = (VirError*)NativeMethods.virGetLastError();
        return error == null
            ? new LibvirtException(call, 0, "no reason given")
            : new LibvirtException(call, error->Code, Utf8.Text(error->Message));
    }
}
