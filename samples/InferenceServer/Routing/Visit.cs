namespace InferenceServer.Routing;

/// <summary>One request at a replica. Immutable.</summary>
/// <param name="replica">The replica.</param>
/// <param name="outages">How often it had been left out when the request came.</param>
internal sealed class Visit(Replica replica, int outages)
{
    public Replica Replica => replica;

    public int Outages => outages;
}
