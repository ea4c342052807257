namespace VirtAgents.Protocol;

/// <summary>What a receiver accepts in one message, so that no peer can make it run out of memory.</summary>
public sealed record ProtocolLimits
{
    /// <summary>The limits that agents and collectors use.</summary>
    public static ProtocolLimits Default { get; } = new();

    /// <summary>Rows of one table. Default 65,536.</summary>
    public int Rows { get; init; } = 65_536;

    /// <summary>Columns of one table. Default 256.</summary>
    public int Columns { get; init; } = 256;

    /// <summary>Cells of one table. Default 1,048,576.</summary>
    public int Cells { get; init; } = 1 << 20;

    /// <summary>VMs, pools and devices of one inventory, together with their disks and interfaces. Default 65,536.</summary>
    public int Subjects { get; init; } = 65_536;

    /// <summary>Greatest dictionary index. Default 1,048,575.</summary>
    public int HighestIndex { get; init; } = (1 << 20) - 1;

    /// <summary>Characters of a name, path or evidence text. Default 4,096.</summary>
    public int TextLength { get; init; } = 4_096;
}
