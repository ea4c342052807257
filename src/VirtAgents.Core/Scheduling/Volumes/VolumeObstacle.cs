namespace VirtAgents.Core.Scheduling.Volumes;

/// <summary>Why a pool does not get a volume.</summary>
public enum VolumeObstacle
{
    /// <summary>Its hosts see that it does not work.</summary>
    NotWorking = 0,

    /// <summary>No host tells whether it works.</summary>
    StateUnknown = 1,

    /// <summary>The host that is to reach it does not, or no host that does may make a volume.</summary>
    Reach = 2,

    /// <summary>It is one host's own, and one that hosts share is wanted.</summary>
    NotShared = 3,

    /// <summary>It lacks a tag.</summary>
    Tags = 4,

    /// <summary>Its size or its room is unknown.</summary>
    RoomUnknown = 5,

    /// <summary>There is no room.</summary>
    Room = 6,

    /// <summary>More of it would be promised than the policy allows.</summary>
    Overcommit = 7,

    /// <summary>It is expected to be full soon.</summary>
    Fills = 8,
}

/// <summary>Names of obstacles as programs and people have them.</summary>
public static class VolumeObstacleNames
{
    /// <summary>Name of one, in lower case with dashes.</summary>
    public static string Of(VolumeObstacle obstacle) => obstacle switch
    {
        VolumeObstacle.NotWorking => "not-working",
        VolumeObstacle.StateUnknown => "state-unknown",
        VolumeObstacle.Reach => "reach",
        VolumeObstacle.NotShared => "not-shared",
        VolumeObstacle.Tags => "tags",
        VolumeObstacle.RoomUnknown => "room-unknown",
        VolumeObstacle.Room => "room",
        VolumeObstacle.Overcommit => "overcommit",
        VolumeObstacle.Fills => "fills",
        _ => throw new ArgumentOutOfRangeException(nameof(obstacle), obstacle, null),
    };
}
